"""Reading public notices."""

from sqlalchemy import bindparam, select

from services.applications.notice.models import PublicNotice
from services.applications.notice.schemas import PublicNoticeOut
from shared.commands.context import CommandContext
from shared.commands.reads import ChildRows
from shared.http.paging import Listing, Page, PageOut, page


def _show(row: PublicNotice) -> PublicNoticeOut:
    return PublicNoticeOut(
        id=row.id,
        application_id=row.application_id,
        stage=row.stage,
        region=row.region,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        **(row.content or {}),
    )


LISTED = Listing(
    select(PublicNotice).where(
        PublicNotice.outcome.is_(None), PublicNotice.ends_on >= bindparam("today")
    ),
    PublicNotice.region,
    PublicNotice.id,
    region=PublicNotice.region,
    stage=PublicNotice.stage,
)
"""The notices that are up, of the whole province: they are for everybody."""


async def list_notices(
    call: CommandContext, region: str | None, stage: int | None, paging: Page
) -> PageOut[PublicNoticeOut]:
    """The notices that are up today."""
    return await page(
        call, LISTED, paging=paging, make=_show, today=call.today, region=region, stage=stage
    )


NOTICES = ChildRows(PublicNotice, "p.application_id = t.id", "p.id")
"""All notices of one application, oldest first."""
