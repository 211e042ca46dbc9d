"""Finding the standard that applies."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from services.applications.standard.models import EligibilityStandard
from services.applications.standard.schemas import StandardOut
from shared.commands import changes, reads
from shared.commands.context import Call
from shared.db.model import among
from shared.domain.regions import name_of, unit_of
from shared.http.paging import Page, PageOut, page


async def standards_on(
    call: Call, regions: Iterable[str], on: date
) -> dict[str, EligibilityStandard]:
    """Region -> the standard of its unit in force on `on`; a region without one is missing."""
    units = {region: unit_of(region, on) for region in set(regions)}
    statement = (
        select(EligibilityStandard)
        .ext(distinct_on(EligibilityStandard.region))
        .where(
            among(EligibilityStandard.region, set(units.values())),
            EligibilityStandard.effective_from <= on,
        )
        .order_by(EligibilityStandard.region, EligibilityStandard.effective_from.desc())
    )
    found = {row.region: row for row in await changes.read(call, statement)}
    return {region: found[unit] for region, unit in units.items() if unit in found}


STANDARDS = reads.Part(
    EligibilityStandard, "p.region = $3::jsonb ->> t.region", "p.effective_from DESC"
)
"""All standards of a row's unit, the newest first; $3 names the unit of each region."""


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


async def list_standards(call: Call, region: str | None, paging: Page) -> PageOut[StandardOut]:
    """Published standards, oldest first in each unit. They are public documents: no reach."""
    statement = select(EligibilityStandard)
    if region is not None:
        statement = statement.where(EligibilityStandard.region == region)
    return await page(
        call,
        statement,
        EligibilityStandard.region,
        EligibilityStandard.effective_from,
        paging=paging,
        make=show,
    )
