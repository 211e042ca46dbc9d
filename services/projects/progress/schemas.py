"""What the routes of starts and progress take and answer."""

from datetime import date
from typing import Annotated

from pydantic import Field

from services.projects.progress.rules import (
    EVIDENCE_LABELS,
    STAGE_LABELS,
    Stage,
    StartEvidence,
)
from shared.contracts.base import Month
from shared.domain.fields import Day, Digest, Input, Item, Line, Output, Rate, Whole, Yuan

DocumentNo = Annotated[Line, Field(max_length=64)]
Money = Annotated[Yuan, Field(ge=0, le=10**13)]


def _choices(labels: dict[str, str]) -> str:
    return "、".join(f"{value} {label}" for value, label in labels.items())


class StartItem(Item):
    """One project's start."""

    started_on: Day = Field(description="开工日期", examples=["2021-04-22"])
    evidence: StartEvidence = Field(description=f"现场情况：{_choices(EVIDENCE_LABELS)}")
    permit_no: DocumentNo | None = Field(
        None, description="施工许可证编号", examples=["SG-220102-001"]
    )
    photo_digest: Digest | None = Field(None, description="现场照片 SHA-256 摘要")
    agreement_no: DocumentNo | None = Field(
        None, description="安置协议编号（全部货币化安置的项目）", examples=["AZ-220102-001"]
    )


class StartList(Input):
    """一批开工项目。"""

    items: Annotated[list[StartItem], Field(min_length=1, max_length=1000)]


class ProgressItem(Item):
    """One project's month."""

    stage: Stage = Field(description=f"形象进度：{_choices(STAGE_LABELS)}")
    progress_rate: Rate = Field(description="月末累计进度比例，0 至 1", examples=["0.12"])
    invested_yuan: Money = Field(description="本月完成投资（元）", examples=["3200000.00"])
    funds_received_yuan: Money = Field(description="本月到位资金（元）", examples=["4000000.00"])
    funds_paid_yuan: Money = Field(description="本月支付资金（元）", examples=["3000000.00"])
    completed_units: Whole = Field(description="本月基本建成套数", examples=[0])


class ProgressTable(Input):
    """一个月的形象进度表。"""

    month: Annotated[Month, Field(examples=["2021-04"])]
    items: Annotated[list[ProgressItem], Field(min_length=1, max_length=1000)]


class ProgressOut(Output):
    """One reported month; money is of that month alone."""

    month: str
    reported_on: date
    corrections: int = Field(description="更正次数")
    stage: str
    stage_label: str
    progress_rate: Rate
    invested_yuan: Yuan
    funds_received_yuan: Yuan
    funds_paid_yuan: Yuan
    completed_units: int
    payment_pace: str = Field(description="拨付与工程进度：in-step 相符、ahead 超前、behind 滞后")
