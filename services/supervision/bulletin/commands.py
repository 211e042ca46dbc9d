"""Closing a month: once, in turn, while no fact comes in."""

from sqlalchemy import func, select, text

from services.supervision.bulletin import rules
from services.supervision.bulletin.compose import compose
from services.supervision.bulletin.content import content, digest
from services.supervision.bulletin.gather import gather
from services.supervision.bulletin.models import Bulletin
from services.supervision.bulletin.schemas import MonthClosing
from services.supervision.bulletin.states import BULLETIN
from services.supervision.facts.recount import verify_counters
from services.supervision.months import FIRST_MONTH, parts, shift
from services.supervision.report.commands import freeze
from shared.commands.changes import create
from shared.commands.context import CommandContext
from shared.contracts.supervision import BulletinIssued
from shared.db.numbering import next_number
from shared.db.records import record
from shared.domain.problems import Conflict, refuse
from shared.domain.regions import PROVINCE
from shared.law.citing import cites

_HOLD = text("LOCK TABLE fact IN SHARE ROW EXCLUSIVE MODE")
"""Waits for facts being written, then holds off new ones and other closings; readers go on."""


async def _in_turn(call: CommandContext, month: str) -> None:
    """Refuse a month that is closed already, or whose month before is not."""
    last = await call.session.scalar(select(func.max(Bulletin.month)))
    due = shift(last, 1) if last else FIRST_MONTH
    if month < due:
        raise Conflict("month-closed", f"{month} 已经月结，通报已印发，不再改动。", clause="S11.1")
    if month > due:
        raise Conflict("earlier-month-open", f"应先月结 {due}。", clause="S11.1", month=due)


@cites("S11.1", "S11.2")
async def close_month(call: CommandContext, command: MonthClosing) -> Bulletin:
    """Freeze a month's figures, rank the units, write the bulletin and tell that it was issued.

    A run: no fact may come in, and no other month be closed, from the first sum to the commit.
    """
    month = command.month
    reasons = rules.closing_refusals(month, command.issued_on, call.today)
    refuse("closing-refused", f"{month} 不能月结。", reasons, clause="S11.1")
    await call.session.execute(_HOLD)
    await _in_turn(call, month)
    await verify_counters(call.session)
    year = parts(month)[0]
    number = await next_number(call.session, "bulletin", PROVINCE, year)
    snapshot = await gather(call, month, number, command.issued_on)
    frozen = content(snapshot)
    mark = digest(frozen)
    bulletin = record(
        Bulletin,
        region=PROVINCE,
        month=month,
        year=year,
        number=number,
        issued_on=command.issued_on,
        positions=dict(snapshot.positions),
        digest=mark,
        content=frozen,
        document=compose(snapshot, mark).model_dump(mode="json"),
    )
    issued = BulletinIssued(
        region=PROVINCE,
        on=command.issued_on,
        bulletin_id=bulletin.id,
        month=month,
        number=number,
        digest=mark,
    )
    create(call, BULLETIN, bulletin, issued)
    await freeze(call, month)
    return bulletin
