"""The file that goes to the bank: the only place where accounts leave in plain text."""

import asyncio
import csv
import io
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, select

from services.subsidy.batch.queries import one
from services.subsidy.batch.states import BATCH, BatchState
from services.subsidy.grant.models import HOLDER, NUMBER, Account
from services.subsidy.payment.models import Payment
from shared.commands import audit
from shared.commands.context import CommandContext
from shared.domain.money import yuan
from shared.domain.problems import Conflict
from shared.files.formula_guard import safe

PaymentLine = Row[str, str, str, int, UUID, bytes, bytes]
COLUMNS = ("支付编号", "区划", "月份", "收款账号", "户名", "金额(元)")


async def payment_file(call: CommandContext, batch_id: UUID) -> tuple[str, bytes]:
    """Name and content (CSV, UTF-8 with BOM). That it was read is committed before it leaves."""
    batch = await one(call, batch_id)
    if batch.state not in (BatchState.APPROVED, BatchState.SENT):
        raise Conflict(
            "wrong-state",
            f"发放批次当前为“{BATCH.labels[batch.state]}”，审批后、对账前才能导出支付文件。",
            clause="S2.9",
            state=batch.state,
        )
    query = (
        select(
            Payment.number,
            Payment.region,
            Payment.month,
            Payment.amount_fen,
            Account.id,
            Account.number_sealed,
            Account.holder_sealed,
        )
        .join(Account, Account.id == Payment.account_id)
        .where(Payment.batch_id == batch.id)
        .order_by(Payment.number)
    )
    rows = (await call.session.execute(query)).all()
    await audit.unmasked(
        call,
        object_type=BATCH.name,
        object_id=batch.id,
        region=batch.region,
        purpose=f"导出支付文件 {batch.number}，{batch.lines} 笔",
    )
    return f"{batch.number}.csv", await asyncio.to_thread(_render, rows)


def _render(rows: Sequence[PaymentLine]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for number, region, month, amount_fen, account_id, account, holder in rows:
        writer.writerow(
            (
                number,
                region,
                month,
                NUMBER.open(account_id, account),
                safe(HOLDER.open(account_id, holder)),
                yuan(amount_fen),
            )
        )
    return buffer.getvalue().encode("utf-8-sig")
