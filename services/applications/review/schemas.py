"""What the review routes take and answer."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from services.applications.review.rules import ReasonCode, Verdict
from shared.domain.fields import Day, Input, Item, Output, Text


class Checks(Input):
    """What other departments answered."""

    civil_affairs: Verdict = Field(description="民政（收入、低保）核对结果")
    real_estate: Verdict = Field(description="不动产登记核对结果")
    vehicles: Verdict = Field(description="车辆核对结果")


class ReviewItem(Item):
    """The meeting's opinion on one household."""

    verdict: Verdict = Field(description="pass 通过、fail 不予通过")
    opinion: Text = Field(description="审核意见", examples=["经审核，符合条件。"])
    visited_on: Day | None = Field(default=None, description="入户调查日期（初审必填）")
    checks: Checks | None = Field(default=None, description="联审核对结果（复审必填）")
    reason_code: ReasonCode | None = Field(
        default=None, description="不予通过的原因（不予通过必填）"
    )


class ReviewMeeting(Input):
    """One meeting of one stage."""

    stage: Literal[1, 2, 3] = Field(description="1 初审、2 复审、3 终审")
    items: list[ReviewItem] = Field(min_length=1, description="逐户意见")


class ReviewOut(Output):
    """A signed opinion in the file of an application."""

    id: UUID
    stage: int
    verdict: Verdict
    opinion: str
    visited_on: date | None
    checks: dict[str, str] | None
    reason_code: str | None
    reason_label: str | None
    organisation: str
    reviewed_on: date
    standard_id: UUID | None = Field(description="审核时适用的准入标准")
    warnings: list[dict[str, Any]] = Field(description="审核时的比对提示")
    superseded: bool = Field(description="因异议成立已重新审核")
