"""Finding the standard that applies."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import any_, bindparam, select
from sqlalchemy.dialects.postgresql import distinct_on

from services.applications.standard.models import EligibilityStandard
from services.applications.standard.schemas import StandardOut
from shared.commands.context import CommandContext
from shared.commands.reads import ChildRows
from shared.db.statement import Statement
from shared.domain.regions import name_of, unit_of
from shared.http.paging import Listing, Page, PageOut, page

_IN_FORCE = Statement(
    select(EligibilityStandard)
    .ext(distinct_on(EligibilityStandard.region))
    .where(
        EligibilityStandard.region == any_(bindparam("units")),
        EligibilityStandard.effective_from <= bindparam("on"),
    )
    .order_by(EligibilityStandard.region, EligibilityStandard.effective_from.desc())
)


async def standards_on(
    call: CommandContext, regions: Iterable[str], on: date
) -> dict[str, EligibilityStandard]:
    """Region -> the standard of its unit in force on `on`; a region without one is missing."""
    units = {region: unit_of(region, on) for region in set(regions)}
    known = await call.read(_IN_FORCE, units=list(set(units.values())), on=on)
    found = {row.region: row for row in known}
    return {region: found[unit] for region, unit in units.items() if unit in found}


STANDARDS = ChildRows(
    EligibilityStandard, "p.region = {}::jsonb ->> t.region", "p.effective_from DESC"
)
"""All standards of a row's unit, the newest first; its value names the unit of each region."""


def in_force(rows: Iterable[EligibilityStandard], on: date) -> EligibilityStandard | None:
    """The one of `STANDARDS` that applies on a day."""
    return next((row for row in rows if row.effective_from <= on), None)


def show(row: EligibilityStandard) -> StandardOut:
    """A standard as its reader sees it."""
    return StandardOut(
        id=row.id,
        region=row.region,
        region_name=name_of(row.region),
        effective_from=row.effective_from,
        document_no=row.document_no,
        income_line_yuan=row.income_line_fen,
        area_line_sqm=row.area_line_sqm,
    )


LISTED = Listing(
    select(EligibilityStandard),
    EligibilityStandard.region,
    EligibilityStandard.effective_from,
    region=EligibilityStandard.region,
)


async def list_standards(
    call: CommandContext, region: str | None, paging: Page
) -> PageOut[StandardOut]:
    """Published standards, oldest first in each unit. They are public documents: no reach."""
    return await page(call, LISTED, paging=paging, make=show, region=region)
