"""Document numbers without gaps: one counter per series, region and year.

The counter row stays locked until the caller's transaction ends, so that a number is used or
never given; others wait meanwhile, so take numbers late in a run. A change draws its numbers in the
statement that writes it (`shared.db.writes`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import Column, Integer, String, Table, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.model import MACHINERY

NUMBER_SERIES = Table(
    "number_series",
    MACHINERY,
    Column("series", String(32), primary_key=True),
    Column("region", String(6), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)


def draw(series: str, year: str, regions: str, steps: str, condition: str = "") -> str:
    """The statement that draws numbers; the last one of each region comes back."""
    return (
        "INSERT INTO number_series AS kept (series, region, year, last)"
        f" SELECT {series}::text, n.region, {year}::int, n.step"
        f" FROM unnest({regions}::text[], {steps}::int[]) AS n(region, step)"
        f"{condition} ORDER BY n.region"
        " ON CONFLICT (series, region, year) DO UPDATE SET last = kept.last + excluded.last"
        " RETURNING kept.region, kept.last"
    )


_DRAW = text(draw("(:series)", "(:year)", "(:regions)", "(:steps)"))


async def next_numbers(
    session: AsyncSession, series: str, counts: Mapping[str, int], year: int
) -> dict[str, range]:
    """Take `counts[region]` consecutive numbers for each region, in one statement.

    Counters are locked in the order of the region codes. A count of 0 takes nothing.
    """
    wanted = {region: counts[region] for region in sorted(counts) if counts[region] > 0}
    found = {region: range(0) for region in counts}
    if not wanted:
        return found
    regions, steps = list(wanted), list(wanted.values())
    values = {"series": series, "year": year, "regions": regions, "steps": steps}
    returned = await session.execute(_DRAW, values)
    for region, last in returned:
        found[region] = range(last - wanted[region] + 1, last + 1)
    return found


async def next_number(session: AsyncSession, series: str, region: str, year: int) -> int:
    """Take the next number of a series, 1 being the first of a region's year."""
    return (await next_numbers(session, series, {region: 1}, year))[region].start


async def next_texts(
    session: AsyncSession,
    series: str,
    prefix: str,
    regions: Sequence[str],
    year: int,
    *,
    digits: int = 7,
) -> list[str]:
    """The next number of a series as printed, one for each of these regions, in their order."""
    taken = await next_numbers(session, series, Counter(regions), year)
    left = {region: iter(numbers) for region, numbers in taken.items()}
    return [number_text(prefix, one, year, next(left[one]), digits=digits) for one in regions]


def number_text(prefix: str, region: str, year: int, number: int, *, digits: int = 7) -> str:
    """The printed form, such as "ZB-220102-2021-0000001"."""
    return f"{prefix}-{region}-{year}-{number:0{digits}d}"
