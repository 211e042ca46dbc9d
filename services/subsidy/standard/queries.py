"""Reading local standards."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.subsidy.standard.models import Standard
from services.subsidy.standard.schemas import StandardOut
from shared.commands.context import CommandContext
from shared.domain.regions import name_of, unit_of
from shared.http.paging import Page, PageOut, page

Standards = dict[str, list[Standard]]
"""Unit -> its standards, oldest first."""


async def all_standards(session: AsyncSession) -> Standards:
    """Every unit's standards. They are few: one document a unit and year."""
    query = select(Standard).order_by(Standard.region, Standard.effective_from)
    found: Standards = {}
    for standard in await session.scalars(query):
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


async def list_standards(
    call: CommandContext, region: str | None, paging: Page
) -> PageOut[StandardOut]:
    """Standards in the caller's reach and of the unit that his office works for."""
    actor = call.actor
    own = Standard.region == unit_of(actor.region, call.today)
    query = select(Standard).where(or_(actor.reach.clause(Standard.region), own))
    if region is not None:
        query = query.where(Standard.region == region)
    return await page(
        call, query, Standard.region, Standard.effective_from, paging=paging, make=show
    )
