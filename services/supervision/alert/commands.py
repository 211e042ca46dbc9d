"""Opening, escalating, resolving, acknowledging and waiving alerts."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ARRAY, and_, func, literal, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.supervision.alert import rules
from services.supervision.alert.models import Alert, Watched
from services.supervision.alert.states import MACHINE, RUNNING, AlertState
from services.supervision.custody.queries import contradictions
from services.supervision.facts.figures import figures
from services.supervision.report.models import Report
from services.supervision.report.states import WITH_UNIT
from services.supervision.target.queries import targets_of
from shared.commands.changes import create_all, move, move_all
from shared.commands.context import CommandContext
from shared.contracts.supervision import AlertStateChanged
from shared.db.model import among, new_id
from shared.domain.regions import UNITS
from shared.law.calendar import month_of
from shared.law.citing import cites

CHUNK = 1000
Key = tuple[str, str, str]
"""Code, object and period: there is one alert of each."""
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('supervision.alert'))")


def _told(call: CommandContext, alert: Alert, state: str) -> AlertStateChanged:
    return AlertStateChanged(
        region=alert.region, alert_id=alert.id, on=call.today, code=alert.code, level=alert.level,
        state=state, clause=alert.clause,
    )  # fmt: skip


async def _things(session: AsyncSession, on: date) -> list[rules.WatchedThing]:
    """Watched objects that may have to be spoken of: not done, or barred."""
    query = select(Watched).where(Watched.done_on.is_(None) | Watched.barred_on.is_not(None))
    return [
        rules.WatchedThing(
            w.kind, str(w.object_id), w.unit, w.label or "", w.clause or "", w.due_on, w.done_on,
            w.listed_on, w.barred_on,
        )
        for w in await session.scalars(query.order_by(Watched.kind, Watched.object_id))
    ]  # fmt: skip


async def findings(session: AsyncSession, on: date) -> dict[Key, rules.Finding]:
    """Everything that an alert has to say on a day, by key."""
    things = await _things(session, on)
    found = rules.starts(things, on) + rules.cases(things, on) + rules.barred(things)
    targets = await targets_of(session, on.year)
    counted = await figures(session, month_of(on))
    code = "subsidy-households"
    tasks = [
        (unit, targets[unit, code], counted.of(unit, code).total)
        for unit in UNITS
        if (unit, code) in targets
    ]
    found += rules.subsidy_tasks(tasks, on)
    owed = select(Report.region, Report.month).where(Report.state.in_(WITH_UNIT))
    pairs = [(unit, month) for unit, month in await session.execute(owed)]
    found += rules.reports(pairs, on)
    found += await contradictions(session)
    return {finding.key: finding for finding in found}


async def _known(session: AsyncSession, wanted: Sequence[Key]) -> dict[Key, Alert]:
    """The running alerts, and those that were raised of what is wanted; the others may rest."""
    columns = (Alert.code, Alert.object_id, Alert.period)
    lists = zip(*wanted, strict=True) if wanted else [()] * len(columns)
    arrays = [literal(list(v), ARRAY(c.type)) for v, c in zip(lists, columns, strict=True)]
    keys = func.unnest(*arrays).table_valued(*(c.key for c in columns)).render_derived("wanted")
    same = and_(*(column == keys.c[column.key] for column in columns))
    found = {}
    for query in (
        select(Alert).where(among(Alert.state, RUNNING)),
        select(Alert).join(keys, same),
    ):
        locked = query.order_by(Alert.id).with_for_update(of=Alert)
        for alert in await session.scalars(locked):
            found[alert.code, alert.object_id, alert.period] = alert
    return found


@cites("S0.3")
async def raise_alerts(call: CommandContext) -> int:
    """Open what is due, escalate what has aged, resolve what the facts have settled.

    Works on at most a thousand alerts; answers how many changed, nought when all is said.
    """
    await call.session.execute(_ONE_AT_A_TIME)
    system = call.as_system()
    wanted = await findings(call.session, call.today)
    known = await _known(call.session, list(wanted))
    left = CHUNK
    fresh = [finding for key, finding in sorted(wanted.items()) if key not in known][:left]
    left -= len(fresh)
    running = [key for key, alert in sorted(known.items()) if alert.state in RUNNING]
    settled = [known[key] for key in running if key not in wanted][:left]
    left -= len(settled)
    returned = [
        alert for key, alert in sorted(known.items())
        if alert.state == AlertState.RESOLVED and key in wanted
    ][:left]  # fmt: skip
    left -= len(returned)
    aged = [
        known[key] for key in running
        if key in wanted
        and known[key].level != rules.level(known[key].code, known[key].opened_on, call.today)
    ][:left]  # fmt: skip
    if fresh:
        await _open(system, fresh)
    for alert in settled:
        alert.closed_on = call.today
    await _move(system, settled, "resolve", AlertState.RESOLVED)
    for alert in returned:
        alert.opened_on, alert.closed_on = call.today, None
        alert.due_on = wanted[alert.code, alert.object_id, alert.period].due_on
        alert.level = rules.level(alert.code, call.today, call.today)
    await _move(system, returned, "reopen", AlertState.OPEN)
    for alert in aged:
        alert.level = rules.level(alert.code, alert.opened_on, call.today)
    await _move(system, aged, "escalate", AlertState.ESCALATED)
    return len(fresh) + len(settled) + len(returned) + len(aged)


async def raise_now(call: CommandContext, found: list[rules.Finding]) -> None:
    """Open alerts that cannot wait for the day's job, unless they are there already."""
    if not found:
        return
    await call.session.execute(_ONE_AT_A_TIME)
    keys = tuple_(Alert.code, Alert.object_id, Alert.period)
    wanted = {finding.key: finding for finding in found}
    known = await call.session.execute(
        select(Alert.code, Alert.object_id, Alert.period).where(keys.in_(wanted))
    )
    for code, object_id, period in known:
        del wanted[code, object_id, period]
    if wanted:
        await _open(call.as_system(), list(wanted.values()))


async def _open(call: CommandContext, found: list[rules.Finding]) -> None:
    rows = [
        Alert(
            id=new_id(),
            region=f.unit,
            code=f.code,
            object_id=f.object_id,
            object_label=f.object_label,
            period=f.period,
            level=rules.level(f.code, call.today, call.today),
            clause=f.clause,
            opened_on=call.today,
            due_on=f.due_on,
            reason="",
        )
        for f in found
    ]
    events = [_told(call, alert, AlertState.OPEN) for alert in rows]
    await create_all(call, MACHINE, rows, events, action="open")


async def _move(call: CommandContext, rows: list[Alert], action: str, state: str) -> None:
    if rows:
        await move_all(call, MACHINE, rows, action, [_told(call, a, state) for a in rows])


@cites("S0.3")
async def acknowledge(call: CommandContext, alert: Alert) -> Alert:
    """The unit takes note of an alert and answers for it."""
    told = _told(call, alert, AlertState.ACKNOWLEDGED)
    await move(call, MACHINE, alert, "acknowledge", told)
    return alert


@cites("S0.3")
async def waive(call: CommandContext, alert: Alert, reason: str) -> Alert:
    """A supervisor lets an alert rest, with a reason; it is not raised again for its period."""
    alert.reason, alert.closed_on = reason, call.today
    told = _told(call, alert, AlertState.WAIVED)
    await move(call, MACHINE, alert, "waive", told, reason=reason)
    return alert
