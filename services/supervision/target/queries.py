"""Reading targets."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.supervision.facts.indicators import INDICATORS, TARGETED
from services.supervision.target.models import AnnualTarget
from services.supervision.target.schemas import TargetOut
from services.supervision.target.states import MACHINE
from shared.commands.context import CommandContext
from shared.commands.shown import head
from shared.domain.regions import name_of
from shared.http.paging import Page, PageOut, page

Targets = dict[tuple[str, str], Decimal]
"""(unit, indicator) -> the year's target."""


async def targets_of(session: AsyncSession, year: int) -> Targets:
    """All targets of a year."""
    query = select(AnnualTarget).where(AnnualTarget.year == year)
    return {(t.region, t.indicator): t.value for t in await session.scalars(query)}


def _show(call: CommandContext, target: AnnualTarget) -> TargetOut:
    indicator = INDICATORS[target.indicator]
    return TargetOut(
        **head(call, MACHINE, target),
        region_name=name_of(target.region),
        year=target.year,
        indicator=indicator.code,
        indicator_label=indicator.label,
        measure=indicator.unit,
        value=indicator.written(target.value),
        clause=TARGETED[indicator.code],
    )


async def list_targets(call: CommandContext, year: int, paging: Page) -> PageOut[TargetOut]:
    """Targets of a year, by unit."""
    query = select(AnnualTarget).where(AnnualTarget.year == year)
    return await page(
        call, query, AnnualTarget.region, AnnualTarget.indicator,
        scope=AnnualTarget.region, paging=paging, make=lambda target: _show(call, target),
    )  # fmt: skip
