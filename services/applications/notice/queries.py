"""Reading public notices."""

from uuid import UUID

from sqlalchemy import select

from services.applications.notice.models import PublicNotice
from services.applications.notice.schemas import NoticeOut, PublicNoticeOut
from shared import quick
from shared.call import Call
from shared.paging import Page, PageOut, page


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


async def notices_of(call: Call, application_id: UUID) -> list[NoticeOut]:
    """All notices of one application, oldest first."""
    statement = select(PublicNotice).where(PublicNotice.application_id == application_id)
    rows = await quick.rows(call, statement.order_by(PublicNotice.id))
    return [NoticeOut.model_validate(row) for row in rows]
