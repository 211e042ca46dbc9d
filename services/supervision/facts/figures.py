"""Figures: sums of facts for a month and cumulated up to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import any_, bindparam, func, literal_column, select

from services.supervision.facts.indicators import INDICATORS
from services.supervision.facts.models import Counter, FactRow
from services.supervision.months import parts, year_start
from shared.commands.context import CommandContext
from shared.db.statement import Statement

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Amounts:
    """An indicator's amount in the month and cumulated to its end."""

    month: Decimal = ZERO
    total: Decimal = ZERO

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(self.month + other.month, self.total + other.total)


class Figures:
    """The figures of one or all units for one month; what is missing is nought."""

    def __init__(self, rows: Mapping[tuple[str, str], Amounts]) -> None:
        self.rows = dict(rows)

    def of(self, unit: str, indicator: str) -> Amounts:
        """One unit's amounts of an indicator."""
        if indicator not in INDICATORS:
            raise LookupError(indicator)
        return self.rows.get((unit, indicator), Amounts())

    def total(self, indicator: str, units: Iterable[str]) -> Amounts:
        """The sum over units."""
        found = Amounts()
        for unit in units:
            found = found + self.of(unit, indicator)
        return found


_SUMS = Statement(
    select(
        Counter.unit,
        Counter.indicator,
        func.sum(Counter.amount).filter(Counter.month == bindparam("month")).label("in_month"),
        func.sum(Counter.amount).filter(Counter.month >= bindparam("since")).label("in_year"),
        func.sum(Counter.amount).label("ever"),
    )
    .where(Counter.month <= bindparam("month"))
    .group_by(Counter.unit, Counter.indicator)
)
_OBJECTS = func.count(FactRow.counted.distinct())
_DISTINCT = Statement(
    select(
        FactRow.unit,
        FactRow.indicator,
        _OBJECTS.filter(FactRow.month == bindparam("month")).label("in_month"),
        _OBJECTS.label("in_year"),
    )
    .where(
        FactRow.counted != literal_column("''"),  # a parameter would miss the partial index
        FactRow.indicator == any_(bindparam("indicators")),
        FactRow.month.between(bindparam("since"), bindparam("month")),
    )
    .group_by(FactRow.unit, FactRow.indicator)
)


async def figures(call: CommandContext, month: str) -> Figures:
    """The figures of `month` for all units."""
    asked = {"month": month, "since": year_start(month)}
    rows: dict[tuple[str, str], Amounts] = {}
    for row in await call.read(_SUMS, **asked):
        total = row.in_year if INDICATORS[row.indicator].span == "year" else row.ever
        rows[row.unit, row.indicator] = Amounts(row.in_month or ZERO, total or ZERO)
    derived = {i.distinct_of: i.code for i in INDICATORS.values() if i.distinct_of}
    for row in await call.read(_DISTINCT, **asked, indicators=list(derived)):
        amounts = Amounts(Decimal(row.in_month), Decimal(row.in_year))
        rows[row.unit, derived[row.indicator]] = amounts
    return Figures(rows)


_STARTS = Statement(
    select(Counter.unit, Counter.month, Counter.amount)
    .where(
        Counter.indicator == literal_column("'started-units'"),
        Counter.month.between(bindparam("since"), bindparam("month")),
    )
    .order_by(Counter.unit, Counter.month)
)


async def starts_by_month(call: CommandContext, month: str) -> dict[str, dict[int, Decimal]]:
    """Started units of each unit by month number, January up to `month`."""
    found: dict[str, dict[int, Decimal]] = {}
    for row in await call.read(_STARTS, month=month, since=year_start(month)):
        found.setdefault(row.unit, {})[parts(row.month)[1]] = row.amount
    return found
