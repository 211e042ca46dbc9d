"""Figures: sums of facts for a month and cumulated up to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.supervision.facts.indicators import INDICATORS
from services.supervision.months import parts, year_start

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


_SUMS = text(
    """
    SELECT unit, indicator,
           coalesce(sum(amount) FILTER (WHERE month = :month), 0),
           coalesce(sum(amount) FILTER (WHERE month >= :since), 0),
           sum(amount)
    FROM fact_counter
    WHERE month <= :month AND (:unit = '' OR unit = :unit)
    GROUP BY unit, indicator
    """
)
_DISTINCT = text(
    """
    SELECT unit, indicator,
           count(DISTINCT counted) FILTER (WHERE month = :month),
           count(DISTINCT counted)
    FROM fact
    WHERE counted <> '' AND indicator = ANY(:indicators) AND month BETWEEN :since AND :month
      AND (:unit = '' OR unit = :unit)
    GROUP BY unit, indicator
    """
)


async def figures(session: AsyncSession, month: str, unit: str = "") -> Figures:
    """The figures of `month` for one unit, or for all units when `unit` is empty."""
    asked = {"month": month, "since": year_start(month), "unit": unit}
    rows: dict[tuple[str, str], Amounts] = {}
    for code, indicator, in_month, in_year, ever in await session.execute(_SUMS, asked):
        span = INDICATORS[indicator].span
        rows[code, indicator] = Amounts(in_month, in_year if span == "year" else ever)
    derived = {i.distinct_of: i.code for i in INDICATORS.values() if i.distinct_of}
    found = await session.execute(_DISTINCT, {**asked, "indicators": list(derived)})
    for code, indicator, in_month, in_year in found:
        rows[code, derived[indicator]] = Amounts(Decimal(in_month), Decimal(in_year))
    return Figures(rows)


async def starts_by_month(session: AsyncSession, month: str) -> dict[str, dict[int, Decimal]]:
    """Started units of each unit by month number, January up to `month`."""
    query = text(
        "SELECT unit, month, amount FROM fact_counter WHERE indicator = 'started-units'"
        " AND month BETWEEN :since AND :month ORDER BY unit, month"
    )
    found: dict[str, dict[int, Decimal]] = {}
    for unit, at, amount in await session.execute(
        query, {"since": year_start(month), "month": month}
    ):
        found.setdefault(unit, {})[parts(at)[1]] = amount
    return found
