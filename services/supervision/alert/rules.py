"""When an alert is due: pure rules from what is watched to what must be said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from services.supervision.alert import params
from services.supervision.alert.states import CATALOGUE, LEVELS
from services.supervision.months import last_day, parts, shift
from services.supervision.report.rules import due_on as report_due_on
from shared.law.calendar import month_of
from shared.law.citing import cites


@dataclass(frozen=True, slots=True)
class AlertFinding:
    """Something an alert has to say. One alert exists per (code, object, period)."""

    code: str
    object_id: str
    object_label: str
    unit: str
    period: str
    due_on: date
    clause: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Code, object and period: there is one alert of each."""
        return self.code, self.object_id, self.period


@dataclass(frozen=True, slots=True)
class WatchedObject:
    """A project or an overdue case as its events left it."""

    kind: str
    object_id: str
    unit: str
    label: str
    clause: str
    due_on: date | None
    done_on: date | None
    listed_on: date | None
    barred_on: date | None


def _finding(code: str, thing: WatchedObject, due: date, clause: str = "") -> AlertFinding:
    return AlertFinding(
        code=code,
        object_id=thing.object_id,
        object_label=thing.label or thing.object_id,
        unit=thing.unit,
        period=str(due.year),
        due_on=due,
        clause=clause or CATALOGUE[code].clause,
    )


@cites("S6.3", "S6.1")
def starts(things: Iterable[WatchedObject], on: date) -> list[AlertFinding]:
    """Projects that should begin soon, or should have begun. The planned day itself is in time."""
    found = []
    lead = timedelta(days=params.START_LEAD_DAYS.on(on))
    for thing in things:
        if thing.kind != "project" or thing.due_on is None or thing.done_on is not None:
            continue
        if on > thing.due_on:
            found.append(_finding("START_OVERDUE", thing, thing.due_on))
        elif on >= thing.due_on - lead:
            found.append(_finding("START_RISK", thing, thing.due_on))
    return found


@cites("S9.1a", "S9.1b", "S9.1c", "S9.1d", "S9.2a", "S9.2b", "S9.2c", "S9.2d", "S9.2e", "S9.3c")
def cases(things: Iterable[WatchedObject], on: date) -> list[AlertFinding]:
    """Overdue cases near or past the day their category sets. The due day itself is in time."""
    found = []
    lead = timedelta(days=params.CASE_LEAD_DAYS.on(on))
    for thing in things:
        if thing.kind != "case" or thing.due_on is None or thing.done_on is not None:
            continue
        if on > thing.due_on:
            found.append(_finding("CASE_OVERDUE", thing, thing.due_on, thing.clause))
        elif on >= thing.due_on - lead:
            found.append(_finding("CASE_DUE", thing, thing.due_on, thing.clause))
    return found


@cites("S4.4")
def barred(things: Iterable[WatchedObject]) -> list[AlertFinding]:
    """Projects that one of the eight prohibitions refuses and that yet stand in the library."""
    return [
        _finding("PROHIBITED_IN_LIBRARY", thing, max(thing.barred_on, thing.listed_on))
        for thing in things
        if thing.kind == "project" and thing.barred_on and thing.listed_on
    ]


Task = tuple[str, Decimal, Decimal]
"""Unit, its annual subsidy task, and the households paid this year."""


@cites("S2.12", "S2.9")
def subsidy_tasks(tasks: Iterable[Task], on: date) -> list[AlertFinding]:
    """Units behind on the annual subsidy task.

    Even progress is one eleventh a month, counted in ended months. The task is due on 30 November.
    """
    due = date(on.year, *params.SUBSIDY_DUE)
    ended = parts(shift(month_of(on), -1))[1] % 12 if on != last_day(month_of(on)) else on.month
    expected = min(Decimal(ended) / 11, Decimal(1)) - params.SUBSIDY_LAG.on(on)
    found = []
    for unit, task, paid in tasks:
        if task <= 0 or paid >= task:
            continue
        code = "SUBSIDY_TASK_OVERDUE" if on > due else "SUBSIDY_TASK_RISK"
        if on > due or paid / task < expected:
            found.append(
                AlertFinding(
                    code, unit, f"{on.year}年租赁补贴任务", unit, str(on.year), due, "S2.12"
                )
            )
    return found


@cites("S11.1")
def reports(owed: Iterable[tuple[str, str]], on: date) -> list[AlertFinding]:
    """Units that have not handed in a month's report after its due day: (unit, month)."""
    return [
        AlertFinding(
            "REPORT_LATE", unit, f"{month}月报告", unit, month, report_due_on(month), "S11.1"
        )
        for unit, month in owed
        if on > report_due_on(month)
    ]


@cites("S0.3")
def level(code: str, opened_on: date, on: date) -> str:
    """The level an alert has reached: where its kind begins, higher with age."""
    age = (on - opened_on).days
    by_age = sum(age >= days for days in params.ESCALATION_DAYS.on(on))
    return LEVELS[max(LEVELS.index(CATALOGUE[code].level), by_age)]
