"""Signing and moving: in order, with numbers that have no gaps."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from services.expropriation.compensation.rules import house_value_fen
from services.expropriation.contract.models import Contract
from services.expropriation.contract.states import CONTRACT
from services.expropriation.order import rules
from services.expropriation.order.schemas import SigningIn
from services.expropriation.programme.models import Programme
from services.expropriation.programme.states import ProgrammeState
from services.expropriation.reward.rules import reward
from shared.commands.changes import load_all, move_all
from shared.commands.context import CommandContext
from shared.contracts.expropriation import ContractSigned, ContractVacated
from shared.db.model import among
from shared.domain.fields import Item
from shared.domain.problems import Reason, refuse
from shared.environment.clock import SHANGHAI
from shared.law.citing import cites


async def _programmes(call: CommandContext, rows: Sequence[Contract]) -> dict[UUID, Programme]:
    """The programmes of contracts, held until we end: who holds one gives its next numbers.

    Taken after the contracts and in the order of their ids, so that two lists never wait for each
    other in a circle.
    """
    wanted = select(Programme).where(among(Programme.id, {row.programme_id for row in rows}))
    found: list[Programme] = await call.locked(wanted.order_by(Programme.id))
    for programme in found:
        call.writes.change(programme)
    return {programme.id: programme for programme in found}


@cites("S8.9", "S8.7", "R590.25")
async def sign(call: CommandContext, items: Sequence[SigningIn]) -> list[Contract]:
    """Sign contracts online: the server gives number, instant and reward, in the order of `items`.

    A run: instant, day and reward depend on the signing before, so who signs holds the programme
    while others wait for their turn. As a change, all but one of them would have to begin again.
    """
    rows = await load_all(call, Contract, items)
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
    detail = f"清单中有 {len(reasons)} 处不符合要求，全部未签约。"
    refuse("signing-refused", detail, reasons)
    move_all(call, CONTRACT, rows, "sign", [_signed(row) for row in rows])
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


@cites("R590.27", "S8.7")
async def move_out(call: CommandContext, items: Sequence[Item]) -> list[Contract]:
    """Register removals: the server gives the moving numbers, in the order of `items`.

    A run, like the signing: who takes a number holds the programme while others wait.
    """
    rows = await load_all(call, Contract, items)
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
    move_all(call, CONTRACT, rows, "move", events)
    return rows
