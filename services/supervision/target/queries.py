"""Reading targets."""

from decimal import Decimal

from sqlalchemy import bindparam, select

from services.supervision.facts.indicators import INDICATORS, TARGETED
from services.supervision.target.models import AnnualTarget
from services.supervision.target.schemas import TargetOut
from services.supervision.target.states import TARGET
from shared.commands.context import CommandContext
from shared.commands.views import head
from shared.db.statement import Statement
from shared.domain.regions import name_of
from shared.http.paging import Listing, Page, PageOut, page

Targets = dict[tuple[str, str], Decimal]
"""(unit, indicator) -> the year's target."""


_OF_YEAR = Statement(select(AnnualTarget).where(AnnualTarget.year == bindparam("year")))


async def targets_of(call: CommandContext, year: int) -> Targets:
    """All targets of a year."""
    return {(t.region, t.indicator): t.value for t in await call.read(_OF_YEAR, year=year)}


def _show(call: CommandContext, target: AnnualTarget) -> TargetOut:
    indicator = INDICATORS[target.indicator]
    return TargetOut(
        **head(call, TARGET, target),
        region_name=name_of(target.region),
        year=target.year,
        indicator=indicator.code,
        indicator_label=indicator.label,
        measure=indicator.unit,
        value=indicator.written(target.value),
        clause=TARGETED[indicator.code],
    )


TARGETS = Listing(
    select(AnnualTarget),
    AnnualTarget.region,
    AnnualTarget.indicator,
    scope=AnnualTarget.region,
    year=AnnualTarget.year,
)


async def list_targets(call: CommandContext, year: int, paging: Page) -> PageOut[TargetOut]:
    """Targets of a year, by unit."""
    return await page(
        call, TARGETS, paging=paging, make=lambda target: _show(call, target), year=year
    )
