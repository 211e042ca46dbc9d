"""Reading public notices."""

from sqlalchemy import select

from services.applications.notice.models import PublicNotice
from services.applications.notice.schemas import PublicNoticeOut
from shared.commands import reads
from shared.commands.context import Call
from shared.http.paging import Page, PageOut, page


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


async def list_notices(
    call: Call, region: str | None, stage: int | None, paging: Page
) -> PageOut[PublicNoticeOut]:
    """The notices that are up today, of the whole province: they are for everybody."""
    statement = select(PublicNotice).where(
        PublicNotice.outcome.is_(None), PublicNotice.ends_on >= call.today
    )
    if region is not None:
        statement = statement.where(PublicNotice.region == region)
    if stage is not None:
        statement = statement.where(PublicNotice.stage == stage)
    return await page(
        call, statement, PublicNotice.region, PublicNotice.id, paging=paging, make=_show
    )


NOTICES = reads.Part(PublicNotice, "p.application_id = t.id", "p.id")
"""All notices of one application, oldest first."""
