"""The monthly ranking: pure arithmetic from figures and targets to open scores."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from services.supervision.bulletin import params
from services.supervision.months import FIRST_MONTH, last_day
from shared.domain.problems import Reason
from shared.law.citing import cites

ONE, ZERO = Decimal(1), Decimal(0)
SHARE, POINTS = Decimal("0.0001"), Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the ranking knows of one unit. Money in fen, the rest in units and households."""

    unit: str
    task_units: Decimal
    started_by_month: Mapping[int, Decimal]
    completed_units: Decimal = ZERO
    invested_fen: Decimal = ZERO
    planned_investment_fen: Decimal = ZERO
    funds_paid_fen: Decimal = ZERO
    funds_received_fen: Decimal = ZERO
    overdue_resettled: Decimal = ZERO
    overdue_households: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One part of the composite: `part` of `whole`, at most one; None where there is no whole."""

    code: str
    part: Decimal
    whole: Decimal
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Score:
    """A unit's score with everything it was made of. Shares have four places, points two."""

    unit: str
    place: int
    points: Decimal
    task_units: Decimal
    largest_task: Decimal
    task_norm: Decimal
    weighted_starts: Decimal
    start_progress: Decimal
    parts: tuple[ScorePart, ...]
    composite: Decimal


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """`part` of `whole` as a fraction between nought and one; None without a whole."""
    if whole <= 0:
        return None
    return min(max(part / whole, ZERO), ONE).quantize(SHARE, ROUND_HALF_UP)


@cites("S11.1")
def closing_refusals(month: str, issued_on: date, on: date) -> list[Reason]:
    """Every reason why `month` cannot be closed on the day `on`; empty when it can."""
    found = []
    if month < FIRST_MONTH:
        text = f"月通报自 {FIRST_MONTH} 起，每月一次。"
        found.append(Reason("before-first-month", text, "/month", "S11.1"))
    if on <= last_day(month):
        found.append(Reason("month-not-over", "当月尚未结束，不能月结。", "/month", "S11.1"))
    latest = on + timedelta(days=params.ISSUE_WITHIN_DAYS.on(on))
    if not on <= issued_on <= latest:
        text = f"印发日期应在 {on} 至 {latest} 之间。"
        found.append(Reason("issue-day", text, "/issued_on", "S11.1"))
    return found


@cites("S6.6", "S6.1")
def weighted_starts(started_by_month: Mapping[int, Decimal], on: date) -> Decimal:
    """Started units, each counted by the month of its start."""
    weights = params.MONTH_WEIGHTS.on(on)
    return sum((units * weights[month] for month, units in started_by_month.items()), ZERO)


@cites("S6.6")
def composite(standing: Standing) -> tuple[tuple[ScorePart, ...], Decimal]:
    """Completion, investment, use of funds, overdue clearance; and the mean of what applies."""
    asked = (
        ("completion", standing.completed_units, standing.task_units),
        ("investment", standing.invested_fen, standing.planned_investment_fen),
        ("funds-use", standing.funds_paid_fen, standing.funds_received_fen),
        ("overdue-clearance", standing.overdue_resettled, standing.overdue_households),
    )
    parts = tuple(ScorePart(code, part, whole, share(part, whole)) for code, part, whole in asked)
    known = [part.value for part in parts if part.value is not None]
    mean = (sum(known, ZERO) / len(known)).quantize(SHARE, ROUND_HALF_UP) if known else ZERO
    return parts, mean


@cites("S6.6")
def points(
    task_norm: Decimal, start_progress: Decimal, composite_share: Decimal, on: date
) -> Decimal:
    """100 × (0.4 × task + 0.4 × start progress + 0.2 × composite), two places, half up."""
    score = 100 * (
        params.TASK_WEIGHT.on(on) * task_norm
        + params.START_WEIGHT.on(on) * start_progress
        + params.COMPOSITE_WEIGHT.on(on) * composite_share
    )
    return score.quantize(POINTS, ROUND_HALF_UP)


@cites("S6.6")
def rank(standings: Iterable[Standing], on: date) -> list[Score]:
    """All units in order: points, then the larger task, then the code.

    Equal points share a place (1, 2, 2, 4). The order of the input does not matter.
    """
    everyone = sorted(standings, key=lambda standing: standing.unit)
    largest = max((standing.task_units for standing in everyone), default=ZERO)
    scored = []
    for standing in everyone:
        task = share(standing.task_units, largest) or ZERO
        starts = weighted_starts(standing.started_by_month, on)
        progress = share(starts, standing.task_units) or ZERO
        parts, mean = composite(standing)
        total = points(task, progress, mean, on)
        scored.append((standing, task, starts, progress, parts, mean, total))
    scored.sort(key=lambda row: (-row[6], -row[0].task_units, row[0].unit))
    found: list[Score] = []
    for number, (standing, task, starts, progress, parts, mean, total) in enumerate(
        scored, start=1
    ):
        shared = bool(found) and found[-1].points == total
        found.append(
            Score(
                unit=standing.unit,
                place=found[-1].place if shared else number,
                points=total,
                task_units=standing.task_units,
                largest_task=largest,
                task_norm=task,
                weighted_starts=starts,
                start_progress=progress,
                parts=parts,
                composite=mean,
            )
        )
    return found
