"""The bank's return file: every line finds its payment, or is told why it was not taken."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.subsidy.batch.commands import step
from services.subsidy.batch.models import Batch
from services.subsidy.batch.queries import one
from services.subsidy.batch.rules import (
    VERDICTS,
    KnownPayment,
    ReturnLine,
    failure_code,
    return_verdict,
)
from services.subsidy.batch.states import BATCH
from services.subsidy.payment.models import Payment
from services.subsidy.payment.states import PAYMENT
from shared.commands.changes import move_all
from shared.commands.context import CommandContext
from shared.contracts.base import Event
from shared.contracts.subsidy import PaymentFailed, PaymentPaid
from shared.db.model import among
from shared.domain.money import fen
from shared.domain.problems import Refused
from shared.files.imports import ColumnSpec, ImportReport, RowError, import_file
from shared.law.citing import cites

CHUNK = 1000
ReturnRow = dict[str, Any]


def _result(text: str) -> bool:
    if text not in ("成功", "失败"):
        raise Refused("result-unknown", "结果应为“成功”或“失败”。")
    return text == "成功"


COLUMNS = (
    ColumnSpec("number", "支付编号", True, str),
    ColumnSpec("amount_fen", "金额(元)", True, fen),
    ColumnSpec("paid", "结果", True, _result),
    ColumnSpec("failure", "失败原因", False, failure_code),
)


@cites("S2.9")
async def take_return(
    call: CommandContext, batch_id: UUID, filename: str, content: bytes
) -> ImportReport:
    """Take a return file. Good lines count, bad ones come back; the same file counts once.

    When every line of the batch has its result, the batch is reconciled. A run: many lines.
    """
    batch = await one(call, batch_id)

    async def apply(rows: list[ReturnRow]) -> list[RowError]:
        BATCH.after(batch.state, "reconcile")
        return await _apply(call, batch, rows)

    kind = f"bank-return-{batch.id}"
    return await import_file(call, kind, filename, content, COLUMNS, apply, partial=True)


async def _apply(call: CommandContext, batch: Batch, rows: Sequence[ReturnRow]) -> list[RowError]:
    twice = {number for number, n in Counter(row["number"] for row in rows).items() if n > 1}
    rejected = [_not_taken(row, "repeated") for row in rows if row["number"] in twice]
    single = [row for row in rows if row["number"] not in twice]
    moved = 0
    for start in range(0, len(single), CHUNK):
        chunk = single[start : start + CHUNK]
        payments = await _payments(call, batch, chunk)
        count, refused = _enter_results(call, batch, chunk, payments)
        moved += count
        rejected += refused
        await call.write()
    if moved:
        whole = batch.paid_lines + batch.failed_lines == batch.lines
        step(call, batch, "reconcile" if whole else "return")
    return rejected


async def _payments(
    call: CommandContext, batch: Batch, rows: Sequence[ReturnRow]
) -> dict[str, Payment]:
    query = select(Payment).where(
        Payment.batch_id == batch.id, among(Payment.number, [row["number"] for row in rows])
    )
    return {payment.number: payment for payment in await call.locked(query.order_by(Payment.id))}


def _enter_results(
    call: CommandContext, batch: Batch, rows: Sequence[ReturnRow], payments: dict[str, Payment]
) -> tuple[int, list[RowError]]:
    """Move the payments that these lines speak of; how many, and the lines not taken."""
    settled: list[Payment] = []
    actions: list[str] = []
    rejected: list[RowError] = []
    for row in rows:
        payment = payments.get(row["number"])
        known = KnownPayment(payment.amount_fen, payment.state) if payment else None
        verdict = return_verdict(ReturnLine(row["amount_fen"], row["paid"]), known)
        if payment is None or verdict in VERDICTS:
            rejected.append(_not_taken(row, verdict))
        elif verdict != "done":
            payment.settled_on = call.today
            payment.failure_code = "" if row["paid"] else row["failure"] or failure_code(None)
            _count(batch, payment, paid=row["paid"])
            settled.append(payment)
            actions.append(verdict)
    events = [_event(call, p, paid=a == "pay") for p, a in zip(settled, actions, strict=True)]
    move_all(call, PAYMENT, settled, actions, events)
    return len(settled), rejected


def _count(batch: Batch, payment: Payment, *, paid: bool) -> None:
    if paid:
        batch.paid_lines += 1
        batch.paid_fen += payment.amount_fen
    else:
        batch.failed_lines += 1
        batch.failed_fen += payment.amount_fen


def _event(call: CommandContext, payment: Payment, *, paid: bool) -> Event:
    fields = {
        "region": payment.region,
        "on": call.today,
        "payment_id": payment.id,
        "grant_id": payment.grant_id,
        "batch_id": payment.batch_id,
        "month": payment.month,
        "amount_fen": payment.amount_fen,
    }
    if paid:
        return PaymentPaid(**fields)
    return PaymentFailed(**fields, reason_code=payment.failure_code)


def _not_taken(row: ReturnRow, code: str) -> RowError:
    column, words = VERDICTS[code]
    return RowError(row=row["row"], column=column, code=code, detail=words)
