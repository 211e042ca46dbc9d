"""Reading local standards."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from services.subsidy.standard.models import Standard
from services.subsidy.standard.schemas import StandardOut
from shared.commands.context import CommandContext
from shared.db.scope import Reach
from shared.db.statement import Statement
from shared.domain.regions import name_of, next_code, unit_of
from shared.http.paging import Listing, Page, PageOut, page

Standards = dict[str, list[Standard]]
"""Unit -> its standards, oldest first."""


_ALL = Statement(select(Standard).order_by(Standard.region, Standard.effective_from))


async def all_standards(call: CommandContext) -> Standards:
    """Every unit's standards. They are few: one document a unit and year."""
    found: Standards = {}
    for standard in await call.read(_ALL):
        found.setdefault(standard.region, []).append(standard)
    return found


def in_force(standards: Sequence[Standard], day: date) -> Standard | None:
    """The newest standard that is in force on `day`."""
    return next((s for s in reversed(standards) if s.effective_from <= day), None)


def show(standard: Standard) -> StandardOut:
    """A standard as its reader sees it."""
    return StandardOut(
        id=standard.id,
        region=standard.region,
        region_name=name_of(standard.region),
        effective_from=standard.effective_from,
        document_no=standard.document_no,
        per_capita_sqm=standard.per_capita_sqm,
        household_cap_sqm=standard.household_cap_sqm,
        unit_price_yuan=standard.unit_price_fen,
        coefficients=standard.coefficients,
        counted_persons=standard.counted_persons,
        cap_at_rent=standard.cap_at_rent,
        floor_yuan=standard.floor_fen,
        pays_from=standard.pays_from,
    )


LISTED = Listing(select(Standard), Standard.region, Standard.effective_from, scope=Standard.region)


async def list_standards(
    call: CommandContext, region: str | None, paging: Page
) -> PageOut[StandardOut]:
    """Standards in the caller's reach and of the unit that his office works for."""
    return await page(call.within(_read_by(call)), LISTED, paging=paging, make=show, only=region)


def _read_by(call: CommandContext) -> Reach:
    """The caller's regions, and the one whose document his office works by."""
    unit = unit_of(call.actor.region, call.today)
    if call.reach.contains(unit):
        return call.reach
    return Reach((*call.reach.ranges, (unit, next_code(unit))))
