"""What alerts have to say on a day, gathered from all rooms below."""

from datetime import date

from sqlalchemy import select

from services.supervision.alert import rules
from services.supervision.alert.models import WatchedRow
from services.supervision.alert.rules import AlertFinding
from services.supervision.alert.states import CATALOGUE
from services.supervision.custody.models import HeldCheckpoint
from services.supervision.custody.queries import contradictions
from services.supervision.facts.figures import figures
from services.supervision.report.queries import owed_reports
from services.supervision.target.queries import targets_of
from shared.commands.context import CommandContext
from shared.db.statement import Statement
from shared.domain.regions import UNITS
from shared.law.calendar import month_of

AlertKey = tuple[str, str, str]
"""Code, object and period: there is one alert of each."""

_LOGS = {"outbox": "事件日志", "audit_log": "审计日志"}
_WATCHED = Statement(
    select(WatchedRow)
    .where(WatchedRow.done_on.is_(None) | WatchedRow.barred_on.is_not(None))
    .order_by(WatchedRow.kind, WatchedRow.object_id)
)


async def findings(call: CommandContext, on: date) -> dict[AlertKey, AlertFinding]:
    """Everything that an alert has to say on a day, by key."""
    things = await _things(call)
    found = rules.starts(things, on) + rules.cases(things, on) + rules.barred(things)
    found += rules.subsidy_tasks(await _subsidy_tasks(call, on), on)
    found += rules.reports(await owed_reports(call), on)
    found += [contradicted(held) for held in await contradictions(call)]
    return {finding.key: finding for finding in found}


async def _things(call: CommandContext) -> list[rules.WatchedObject]:
    """Watched objects that may have to be spoken of: not done, or barred."""
    return [
        rules.WatchedObject(
            w.kind,
            str(w.object_id),
            w.unit,
            w.label or "",
            w.clause or "",
            w.due_on,
            w.done_on,
            w.listed_on,
            w.barred_on,
        )
        for w in await call.read(_WATCHED)
    ]


async def _subsidy_tasks(call: CommandContext, on: date) -> list[rules.Task]:
    """The units' tasks of the year, with the households paid so far."""
    code = "subsidy-households"
    targets = await targets_of(call, on.year)
    counted = await figures(call, month_of(on))
    return [
        (unit, targets[unit, code], counted.of(unit, code).total)
        for unit in UNITS
        if (unit, code) in targets
    ]


def contradicted(held: HeldCheckpoint) -> AlertFinding:
    """What an alert has to say of a checkpoint that contradicts the one before."""
    code = "LOG_CONTRADICTED"
    return AlertFinding(
        code=code,
        object_id=f"{held.service}/{held.log}",
        object_label=f"{held.service} 的{_LOGS[held.log]}，第{held.since_position}条及以前",
        unit=held.region,
        period=held.received_on.isoformat(),
        due_on=held.received_on,
        clause=CATALOGUE[code].clause,
    )
