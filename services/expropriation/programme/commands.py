"""Opening programmes for planned projects, announcing their signing periods."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from services.expropriation.programme.models import Programme
from services.expropriation.programme.rules import SigningPeriod, announcement_faults
from services.expropriation.programme.schemas import SigningPeriodIn
from services.expropriation.programme.states import PROGRAMME
from services.expropriation.reward.rules import tier_faults
from shared.commands.changes import create_all, load_all, move_all
from shared.commands.context import CommandContext
from shared.contracts.expropriation import (
    ProgrammeOpened,
    ProgrammeSigningOpened,
)
from shared.contracts.projects import ProjectPlanned
from shared.db.model import among, new_id
from shared.db.numbering import next_texts
from shared.db.records import record
from shared.domain.problems import refuse
from shared.law.citing import cites


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
    regions = [event.region for event in wanted.values()]
    numbers = await next_texts(call.session, "programme", "ZS", regions, year, digits=5)
    rows = [
        record(
            Programme,
            id=new_id(),
            region=event.region,
            programme_no=programme_no,
            project_id=event.project_id,
            project_no=event.project_no,
            households=event.households,
        )
        for event, programme_no in zip(wanted.values(), numbers, strict=True)
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
    create_all(call, PROGRAMME, rows, events, action="open")
    return rows


async def announce(call: CommandContext, items: Sequence[SigningPeriodIn]) -> list[Programme]:
    """Fix signing period, standards and reward tiers of programmes, once and for all."""
    rows = await load_all(call, Programme, items)
    reasons = []
    for n, item in enumerate(items):
        period = SigningPeriod(item.starts_on, item.ends_on)
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
    move_all(call, PROGRAMME, rows, "announce", events, reason=reason)
    return rows
