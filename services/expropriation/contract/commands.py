"""Paying contracts."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import any_, bindparam, select

from services.expropriation.contract import rules
from services.expropriation.contract.models import Contract
from services.expropriation.contract.schemas import PaymentIn
from services.expropriation.contract.states import CONTRACT
from shared.commands.changes import load_all, move_all
from shared.commands.context import CommandContext
from shared.contracts.expropriation import ContractPaid
from shared.db.statement import Statement
from shared.domain.problems import Conflict, Forbidden, Reason, refuse
from shared.law.citing import cites

_USED = Statement(
    select(Contract.voucher_no).where(Contract.voucher_no == any_(bindparam("vouchers")))
)


async def _voucher_faults(call: CommandContext, items: Sequence[PaymentIn]) -> list[Reason]:
    counts = Counter(item.voucher_no for item in items)
    used = {one.voucher_no for one in await call.read(_USED, vouchers=list(counts))}
    return [
        Reason(
            "voucher-used", "支付凭证号已经使用，或在清单中重复", f"/items/{n}/voucher_no", "S8.6"
        )
        for n, item in enumerate(items)
        if item.voucher_no in used or counts[item.voucher_no] > 1
    ]


@cites("S8.6", "R590.27")
async def pay(call: CommandContext, items: Sequence[PaymentIn]) -> list[Contract]:
    """Pay contracts in full, once. Who signed for the office does not pay."""
    rows = await load_all(call, Contract, items)
    own = [
        Reason("same-person", "签约经办人不得办理支付", f"/items/{n}")
        for n, row in enumerate(rows)
        if row.signed_by == call.actor.subject
    ]
    if own:
        raise Forbidden("same-person", "签约经办人不得办理同一协议的支付。", reasons=tuple(own))
    faults = await _voucher_faults(call, items)
    detail = f"清单中有 {len(faults)} 处不符合要求，全部未支付。"
    refuse("vouchers-refused", detail, faults)
    events = []
    for row, item in zip(rows, items, strict=True):
        amount = rules.payable_fen(row.compensation_fen, row.reward_fen or 0)
        row.paid_fen, row.voucher_no, row.paid_on = amount, item.voucher_no, call.today
        events.append(
            ContractPaid(
                region=row.region,
                contract_id=row.id,
                programme_id=row.programme_id,
                project_id=row.project_id,
                on=call.today,
                amount_fen=amount,
            )
        )
    move_all(call, CONTRACT, rows, "pay", events)
    if call.again:  # versions and our own vouchers are right: another region's are not ours to see
        raise Conflict("voucher-used", "清单中有支付凭证号已在其他地区使用。", clause="S8.6")
    return rows
