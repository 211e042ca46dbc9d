"""Gathering a month's state while nothing moves: figures, ranking, alerts, reports, late facts."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import bindparam, func, select, text

from services.supervision.alert.models import Alert
from services.supervision.alert.states import CATALOGUE, LEVEL_LABELS, LEVELS, RUNNING
from services.supervision.bulletin.rules import rank
from services.supervision.bulletin.snapshot import AlertLine, ChangedFigure, RestatedValue, Snapshot
from services.supervision.bulletin.standings import standings
from services.supervision.facts.figures import figures, starts_by_month
from services.supervision.facts.indicators import COUNTED_EVENTS, INDICATORS
from services.supervision.months import last_day, parts, shift
from services.supervision.report.models import Report
from services.supervision.report.states import WITH_UNIT
from services.supervision.target.queries import targets_of
from shared.commands.context import CommandContext
from shared.db.model import among
from shared.db.statement import Statement
from shared.domain.regions import UNITS
from shared.events.consumer import positions

SOURCES = tuple(sorted({event.service for event in COUNTED_EVENTS}))

_LATE = text(
    """
    WITH touched AS (
      SELECT DISTINCT month, unit, indicator FROM fact
      WHERE after_month = :previous AND month <= after_month
    )
    SELECT month, unit, indicator,
           coalesce(sum(amount) FILTER (WHERE after_month < :previous), 0), sum(amount),
           count(DISTINCT counted) FILTER (WHERE after_month < :previous), count(DISTINCT counted)
    FROM fact JOIN touched USING (month, unit, indicator)
    GROUP BY month, unit, indicator ORDER BY month, unit, indicator
    """
)
"""What the last bulletin's readers knew of earlier months, and what the facts say since."""


async def restatements(call: CommandContext, month: str) -> tuple[RestatedValue, ...]:
    """Published month amounts that facts have changed since the bulletin before `month`'s."""
    derived = {i.distinct_of: i.code for i in INDICATORS.values() if i.distinct_of}
    found = []
    rows = await call.session.execute(_LATE, {"previous": shift(month, -1)})
    for at, unit, code, before, now, told_before, told_now in rows:
        if before != now:
            found.append(RestatedValue(at, unit, code, before, now))
        if code in derived and told_before != told_now:
            found.append(
                RestatedValue(at, unit, derived[code], Decimal(told_before), Decimal(told_now))
            )
    return tuple(found)


async def alert_lines(call: CommandContext) -> tuple[AlertLine, ...]:
    """The units' running alerts by unit and kind, the gravest first within a unit."""
    query = (
        select(Alert.region, Alert.code, Alert.level, Alert.clause)
        .add_columns(func.count(), func.min(Alert.due_on))
        .where(among(Alert.state, RUNNING), among(Alert.region, UNITS))
        .group_by(Alert.region, Alert.code, Alert.level, Alert.clause)
    )
    found = [
        AlertLine(
            unit=unit,
            code=code,
            label=CATALOGUE[code].label,
            level=level,
            level_label=LEVEL_LABELS[level],
            clause=clause,
            count=count,
            earliest_due=due,
        )
        for unit, code, level, clause, count, due in await call.session.execute(query)
    ]
    found.sort(key=lambda one: (one.unit, -LEVELS.index(one.level), one.code, one.clause))
    return tuple(found)


def changed(reports: Sequence[Report]) -> tuple[ChangedFigure, ...]:
    """The figures that units reported otherwise than counted."""
    return tuple(
        ChangedFigure(
            unit=report.region,
            indicator=change["indicator"],
            counted=Decimal(report.figures[change["indicator"]][0]),
            reported=Decimal(change["value"]),
            reason=change["reason"],
        )
        for report in reports
        for change in report.changes
    )


_REPORTS = Statement(
    select(Report).where(Report.month == bindparam("month")).order_by(Report.region)
)


async def gather(call: CommandContext, month: str, number: int, issued_on: date) -> Snapshot:
    """The month as it is now; equal facts, targets, reports and alerts give equal snapshots."""
    counted = await figures(call, month)
    targets = await targets_of(call, parts(month)[0])
    starts = await starts_by_month(call, month)
    reports = await call.read(_REPORTS, month=month)
    handed_in = [report for report in reports if report.state not in WITH_UNIT]
    reached = await positions(call.session)
    return Snapshot(
        month=month,
        number=number,
        issued_on=issued_on,
        units=UNITS,
        figures=counted,
        targets=targets,
        scores=tuple(rank(standings(UNITS, counted, targets, starts), last_day(month))),
        alerts=await alert_lines(call),
        missing=tuple(u for u in UNITS if u not in {r.region for r in handed_in}),
        late=tuple(r.region for r in handed_in if r.late),
        changes=changed(handed_in),
        restatements=await restatements(call, month),
        positions={source: reached.get(source, 0) for source in SOURCES},
    )
