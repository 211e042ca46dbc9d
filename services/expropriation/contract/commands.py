"""Signing, paying and moving: in order, with numbers that have no gaps."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from services.expropriation.compensation.rules import house_value_fen
from services.expropriation.contract import rules
from services.expropriation.contract.models import Contract
from services.expropriation.contract.schemas import PaymentIn, SigningIn
from services.expropriation.contract.states import CONTRACT
from services.expropriation.programme.models import Programme
from services.expropriation.programme.states import ProgrammeState
from services.expropriation.reward.rules import reward
from shared.commands.changes import lock_all, move_all
from shared.commands.context import CommandContext
from shared.contracts.expropriation import ContractVacated, ContractPaid, ContractSigned
from shared.db.model import among
from shared.domain.fields import Item
from shared.domain.problems import Forbidden, Reason, refuse
from shared.environment.clock import SHANGHAI
from shared.law.citing import cites


async def _programmes(call: CommandContext, rows: Sequence[Contract]) -> dict[UUID, Programme]:
    """The programmes of contracts, held until we end: who holds one gives its next numbers.

    Taken after the contracts and in the order of their ids, so that two lists never wait for each
    other in a circle.
    """
    statement = (
        select(Programme)
        .where(among(Programme.id, {row.programme_id for row in rows}))
        .order_by(Programme.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in await call.session.scalars(statement)}


def _refuse(code: str, what: str, reasons: Sequence[Reason]) -> None:
    refuse(code, f"清单中有 {len(reasons)} 处不符合要求，全部未{what}。", reasons)


@cites("S8.9", "S8.7", "R590.25")
async def sign(call: CommandContext, items: Sequence[SigningIn]) -> list[Contract]:
    """Sign contracts online: the server gives number, instant and reward, in the order of `items`.

    Day and number are settled while the programme is held, so that both follow one order.
    """
    rows = await lock_all(call, Contract, items)
    programmes = await _programmes(call, rows)
    for programme in programmes.values():
        programme.last_signed_at = rules.signing_instant(call.now, programme.last_signed_at)
    reasons: list[Reason] = []
    for n, (row, item) in enumerate(zip(rows, items, strict=True)):
        programme = programmes[row.programme_id]
        reasons += [
            replace(fault, pointer=f"/items/{n}{fault.pointer}")
            for fault in _sign(call, programme, row, item)
        ]
    _refuse("signing-refused", "签约", reasons)
    await move_all(call, CONTRACT, rows, "sign", [_signed(row) for row in rows])
    return rows


def _sign(
    call: CommandContext, programme: Programme, row: Contract, item: SigningIn
) -> tuple[Reason, ...]:
    """Write the signing into the row with the programme's next number, or say why not."""
    assert programme.last_signed_at is not None
    signed_on = programme.last_signed_at.astimezone(SHANGHAI).date()
    closed = programme.state != ProgrammeState.SIGNING
    facts = rules.Signing(programme.period, closed, item.owner_certificate, item.office_certificate)
    day = programme.period.day_number(signed_on)
    faults = rules.signing_faults(facts, signed_on)
    if faults or day is None:
        return faults
    house_fen = house_value_fen(row.area_sqm, programme.standards.unit_price_fen)
    step = reward(programme.ladder, day, row.area_sqm, house_fen)
    programme.last_signing_no += 1
    row.signing_no = programme.last_signing_no
    row.signed_at, row.signed_on = programme.last_signed_at, signed_on
    row.signed_by = call.actor.subject
    row.document_digest = item.document_digest
    row.owner_certificate = item.owner_certificate
    row.office_certificate = item.office_certificate
    row.reward_fen = step.fen
    row.steps = [*row.steps, step.stored()]
    row.pay_by = rules.pay_by(signed_on, programme.pay_within_days)
    return ()


def _signed(row: Contract) -> ContractSigned:
    assert row.signing_no is not None
    assert row.signed_on is not None
    assert row.reward_fen is not None
    return ContractSigned(
        region=row.region,
        contract_id=row.id,
        programme_id=row.programme_id,
        project_id=row.project_id,
        on=row.signed_on,
        signing_no=row.signing_no,
        mode=row.mode,
        compensation_fen=row.compensation_fen,
        reward_fen=row.reward_fen,
    )


async def _voucher_faults(call: CommandContext, items: Sequence[PaymentIn]) -> list[Reason]:
    counts = Counter(item.voucher_no for item in items)
    used = set(
        await call.session.scalars(
            select(Contract.voucher_no).where(Contract.voucher_no.in_(list(counts)))
        )
    )
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
    rows = await lock_all(call, Contract, items)
    own = [
        Reason("same-person", "签约经办人不得办理支付", f"/items/{n}")
        for n, row in enumerate(rows)
        if row.signed_by == call.actor.subject
    ]
    if own:
        raise Forbidden("same-person", "签约经办人不得办理同一协议的支付。", reasons=tuple(own))
    _refuse("vouchers-refused", "支付", await _voucher_faults(call, items))
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
    await move_all(call, CONTRACT, rows, "pay", events)
    return rows


@cites("R590.27", "S8.7")
async def move_out(call: CommandContext, items: Sequence[Item]) -> list[Contract]:
    """Register removals: the server gives the moving numbers, in the order of `items`."""
    rows = await lock_all(call, Contract, items)
    programmes = await _programmes(call, rows)
    events = []
    for row in rows:
        programme = programmes[row.programme_id]
        programme.last_moving_no += 1
        row.moving_no, row.moved_on = programme.last_moving_no, call.today
        events.append(
            ContractVacated(
                region=row.region,
                contract_id=row.id,
                programme_id=row.programme_id,
                project_id=row.project_id,
                on=call.today,
                moving_no=row.moving_no,
            )
        )
    await move_all(call, CONTRACT, rows, "move", events)
    return rows
