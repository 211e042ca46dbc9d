"""What the notice routes answer."""

from datetime import date
from uuid import UUID

from pydantic import Field

from shared.domain.fields import Output


class NoticeOut(Output):
    """A notice in the file of an application."""

    id: UUID
    stage: int
    starts_on: date
    ends_on: date = Field(description="公示最后一日（首日不计入）")
    outcome: str | None = Field(description="closed 期满、upheld 异议成立、withdrawn 申请撤回")
    ended_on: date | None
    content_digest: str = Field(description="公示内容摘要，内容撤下后留存")


class PublicNoticeOut(Output):
    """What everybody may read during the days of a notice."""

    id: UUID
    application_id: UUID = Field(description="申请编号，提出异议时使用")
    stage: int = Field(description="1 公示一（街道社区）、2 公示二（市县）")
    region: str
    region_name: str
    applicant_name: str = Field(description="申请人姓名（脱敏）")
    household_size: int
    categories: str = Field(description="保障对象类别")
    mode: str = Field(description="申请的保障方式")
    starts_on: date
    ends_on: date
