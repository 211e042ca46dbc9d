"""Opening programmes for planned projects, announcing and closing their signing periods."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import func, select

from services.expropriation.contract.models import Contract
from services.expropriation.contract.states import ContractState
from services.expropriation.programme.models import Programme
from services.expropriation.programme.rules import Period, announcement_faults
from services.expropriation.programme.schemas import SigningPeriodIn
from services.expropriation.programme.states import PROGRAMME, ProgrammeState
from services.expropriation.reward.rules import tier_faults
from shared.commands.changes import create_all, lock_all, move_all
from shared.commands.context import CommandContext
from shared.contracts.expropriation import (
    ProgrammeOpened,
    ProgrammeSigningClosed,
    ProgrammeSigningOpened,
)
from shared.contracts.projects import ProjectPlanned
from shared.db.model import among, new_id
from shared.db.numbering import next_numbers, number_text
from shared.domain.problems import refuse
from shared.law.citing import cites

CHUNK = 500


@cites("S8.3")
async def open_programmes(
    call: CommandContext, planned: Sequence[ProjectPlanned]
) -> list[Programme]:
    """One programme for each planned project that needs clearing and has none yet."""
    wanted = {event.project_id: event for event in planned if event.needs_clearing}
    known = select(Programme.project_id).where(among(Programme.project_id, list(wanted)))
    for project_id in await call.session.scalars(known):
        del wanted[project_id]
    year = call.today.year
    counts = Counter(event.region for event in wanted.values())
    numbers = {
        region: iter(taken)
        for region, taken in (await next_numbers(call.session, "programme", counts, year)).items()
    }
    rows = [
        Programme(
            id=new_id(),
            region=event.region,
            programme_no=number_text(
                "ZS", event.region, year, next(numbers[event.region]), digits=5
            ),
            project_id=event.project_id,
            project_no=event.project_no,
            households=event.households,
        )
        for event in wanted.values()
    ]
    events = [
        ProgrammeOpened(
            region=row.region,
            programme_id=row.id,
            project_id=row.project_id,
            on=call.today,
            households=row.households,
        )
        for row in rows
    ]
    await create_all(call, PROGRAMME, rows, events, action="open")
    return rows


async def announce(call: CommandContext, items: Sequence[SigningPeriodIn]) -> list[Programme]:
    """Fix signing period, standards and reward tiers of programmes, once and for all."""
    rows = await lock_all(call, Programme, items)
    reasons = []
    for n, item in enumerate(items):
        period = Period(item.starts_on, item.ends_on)
        faults = (
            *announcement_faults(period, item.funds_confirmed_doc, call.today),
            *tier_faults([tier.tier() for tier in item.tiers], period.days),
        )
        reasons += [replace(fault, pointer=f"/items/{n}{fault.pointer}") for fault in faults]
    refuse("period-refused", "签约期或补偿奖励标准不符合规定。", reasons)
    for row, item in zip(rows, items, strict=True):
        row.starts_on, row.ends_on = item.starts_on, item.ends_on
        row.tiers = [tier.tier().stored() for tier in item.tiers]
        row.unit_price_fen = item.unit_price_yuan
        row.moving_fee_fen = item.moving_fee_yuan
        row.transition_fee_fen = item.transition_fee_yuan
        row.transition_months = item.transition_months
        row.pay_within_days = item.pay_within_days
        row.funds_confirmed_doc = item.funds_confirmed_doc
    events = [
        ProgrammeSigningOpened(
            region=row.region,
            programme_id=row.id,
            project_id=row.project_id,
            on=call.today,
            starts_on=item.starts_on,
            ends_on=item.ends_on,
        )
        for row, item in zip(rows, items, strict=True)
    ]
    reason = [f"资金到位证明：{item.funds_confirmed_doc}" for item in items]
    await move_all(call, PROGRAMME, rows, "announce", events, reason=reason)
    return rows


@cites("R590.26")
async def close_ended(call: CommandContext) -> int:
    """Close signing periods that ended before today; the unsigned go to the government's decision.

    Works on at most `CHUNK` programmes; answers how many it closed.
    """
    ended = (
        select(Programme)
        .where(Programme.state == ProgrammeState.SIGNING, Programme.ends_on < call.today)
        .order_by(Programme.id)
        .limit(CHUNK)
        .with_for_update()
    )
    rows = list(await call.session.scalars(ended))
    if not rows:
        return 0
    drafted = (
        select(Contract.programme_id, func.count())
        .where(
            among(Contract.programme_id, [row.id for row in rows]),
            Contract.state == ContractState.DRAFTED,
        )
        .group_by(Contract.programme_id)
    )
    unsigned = dict((await call.session.execute(drafted)).all())
    events = [
        ProgrammeSigningClosed(
            region=row.region,
            programme_id=row.id,
            project_id=row.project_id,
            on=call.today,
            signed=row.last_signing_no,
            unsigned=unsigned.get(row.id, 0),
        )
        for row in rows
    ]
    await move_all(call, PROGRAMME, rows, "close", events)
    return len(rows)
