"""Opening, escalating, resolving, acknowledging and waiving alerts."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, and_, func, literal, select, text, tuple_

from services.supervision.alert import rules
from services.supervision.alert.findings import AlertKey, contradicted, findings
from services.supervision.alert.models import Alert
from services.supervision.alert.rules import AlertFinding
from services.supervision.alert.states import ALERT, RUNNING, AlertState
from services.supervision.custody.commands import hold
from shared.commands.changes import create_all, load, move, move_all
from shared.commands.context import CommandContext
from shared.contracts.received_event import ReceivedEvent
from shared.contracts.supervision import AlertStateChanged
from shared.db.model import among
from shared.db.records import record
from shared.law.citing import cites

CHUNK = 1000
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('supervision.alert'))")


def _event(call: CommandContext, alert: Alert, state: str) -> AlertStateChanged:
    return AlertStateChanged(
        region=alert.region,
        alert_id=alert.id,
        on=call.today,
        code=alert.code,
        level=alert.level,
        state=state,
        clause=alert.clause,
    )


async def _known(call: CommandContext, wanted: Sequence[AlertKey]) -> dict[AlertKey, Alert]:
    """The running alerts, and those that were raised of what is wanted; the others may rest.

    They are locked: nobody acknowledges or waives one meanwhile.
    """
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
        for alert in await call.locked(query.order_by(Alert.id)):
            found[alert.code, alert.object_id, alert.period] = alert
    return found


@cites("S0.3")
async def raise_alerts(call: CommandContext) -> int:
    """Open what is due, escalate what has aged, resolve what the facts have settled.

    Works on at most a thousand alerts; answers how many changed, nought when all is said.
    """
    await call.session.execute(_ONE_AT_A_TIME)
    system = call.as_system()
    wanted = await findings(call, call.today)
    known = await _known(call, list(wanted))
    left = CHUNK
    fresh = [finding for key, finding in sorted(wanted.items()) if key not in known][:left]
    left -= len(fresh)
    running = [key for key, alert in sorted(known.items()) if alert.state in RUNNING]
    settled = [known[key] for key in running if key not in wanted][:left]
    left -= len(settled)
    returned = [
        alert
        for key, alert in sorted(known.items())
        if alert.state == AlertState.RESOLVED and key in wanted
    ][:left]
    left -= len(returned)
    aged = [
        known[key]
        for key in running
        if key in wanted
        and known[key].level != rules.level(known[key].code, known[key].opened_on, call.today)
    ][:left]
    _open(system, fresh)
    for alert in settled:
        alert.closed_on = call.today
    _move(system, settled, "resolve", AlertState.RESOLVED)
    for alert in returned:
        alert.opened_on, alert.closed_on = call.today, None
        alert.due_on = wanted[alert.code, alert.object_id, alert.period].due_on
        alert.level = rules.level(alert.code, call.today, call.today)
    _move(system, returned, "reopen", AlertState.OPEN)
    for alert in aged:
        alert.level = rules.level(alert.code, alert.opened_on, call.today)
    _move(system, aged, "escalate", AlertState.ESCALATED)
    return len(fresh) + len(settled) + len(returned) + len(aged)


async def raise_now(call: CommandContext, found: Sequence[AlertFinding]) -> None:
    """Open alerts that cannot wait for the day's job, unless they are there already.

    Part of a run: like the day's job it holds off whoever else opens alerts.
    """
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
    _open(call.as_system(), list(wanted.values()))


async def hold_checkpoints(call: CommandContext, received: Sequence[ReceivedEvent]) -> None:
    """Take checkpoints into custody, and open an alert at once for each that contradicts."""
    await raise_now(call, [contradicted(held) for held in await hold(call, received)])


def _open(call: CommandContext, found: Sequence[AlertFinding]) -> None:
    rows = [
        record(
            Alert,
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
    events = [_event(call, alert, AlertState.OPEN) for alert in rows]
    create_all(call, ALERT, rows, events, action="open")


def _move(call: CommandContext, rows: Sequence[Alert], action: str, state: str) -> None:
    move_all(call, ALERT, rows, action, [_event(call, alert, state) for alert in rows])


@cites("S0.3")
async def acknowledge(call: CommandContext, id: UUID) -> Alert:
    """The unit takes note of an alert and answers for it."""
    alert = await load(call, Alert, id)
    told = _event(call, alert, AlertState.ACKNOWLEDGED)
    move(call, ALERT, alert, "acknowledge", told)
    return alert


@cites("S0.3")
async def waive(call: CommandContext, id: UUID, reason: str) -> Alert:
    """A supervisor lets an alert rest, with a reason; it is not raised again for its period."""
    alert = await load(call, Alert, id)
    alert.reason, alert.closed_on = reason, call.today
    told = _event(call, alert, AlertState.WAIVED)
    move(call, ALERT, alert, "waive", told, reason=reason)
    return alert
