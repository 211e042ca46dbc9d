"""What the routes of whole projects take and answer."""

from datetime import date
from typing import Annotated

from pydantic import Field

from services.projects.plan.schemas import CashFlowOut
from services.projects.progress.schemas import ProgressOut
from services.projects.project.schemas import BuildingOut
from services.projects.screening.schemas import EvidenceIn, VerdictOut
from services.projects.survey.schemas import (
    Buildings,
    BuiltArea,
    Contiguity,
    DemolitionCause,
    Households,
    Location,
    Parcel,
    SiteType,
    Traits,
    Works,
)
from shared.domain.fields import AggregateOut, Area, Input, Line, Rate, Text, Yuan


class CorrectionIn(Input):
    """What of a survey was wrong. A field that is not sent stays as it is."""

    name: Line | None = None
    address: Line | None = None
    parcel_no: Parcel | None = None
    site_kind: SiteType | None = None
    nature: Works | None = None
    location_kind: Location | None = None
    cause: DemolitionCause = None
    households: Households | None = None
    area_sqm: BuiltArea | None = None
    contiguous: Contiguity | None = None
    traits: Traits | None = None
    buildings: Buildings | None = None
    evidence: EvidenceIn = Field(EvidenceIn(), description="更正后重新核查所依据的材料")
    reason: Text = Field(description="更正原因", examples=["复核发现该地块位于一般建制镇"])


class RefusalIn(Input):
    """The signature under a refusal."""

    opinion: Annotated[
        Text, Field(description="签署意见", examples=["属于一般建制镇，不予纳入棚户区改造。"])
    ]


class ProjectOut(AggregateOut):
    """One project. What a later step has not set yet is null."""

    region_name: str
    name: str = Field(description="项目名称")
    address: str
    parcel_no: str | None = Field(description="地块编号")
    site_kind: str
    nature: str
    location_kind: str
    cause: str | None
    households: int = Field(description="户数")
    area_sqm: Area
    contiguous: bool
    traits: list[str]
    surveyed_on: date
    screened_on: date | None
    prohibited_on: date | None
    refusal_opinion: str | None = Field(description="不予纳入的签署意见")
    entered_on: date | None = Field(description="入库日期")
    renovation_year: int | None
    priority: str | None
    priority_label: str | None
    factors: list[str] = Field(description="适用的优先因素")
    project_no: str | None
    plan_year: int | None
    planned_on: date | None
    units: int | None = Field(description="计划开工套数")
    planned_start_on: date | None
    investment_yuan: Yuan | None
    needs_clearing: bool | None
    started_on: date | None
    start_late_days: int = Field(description="比计划开工日期晚的天数")
    stage: str | None
    stage_label: str | None = Field(description="形象进度")
    progress_rate: Rate | None
    completed_on: date | None
    completed_units: int = Field(description="累计基本建成套数")
    invested_yuan: Yuan = Field(description="累计完成投资")
    funds_received_yuan: Yuan = Field(description="累计到位资金")
    funds_paid_yuan: Yuan = Field(description="累计支付资金")


class ProjectDetailOut(ProjectOut):
    """One project with everything that belongs to it."""

    buildings: list[BuildingOut]
    screening: list[VerdictOut] = Field(description="最近一次核查的逐条结论")
    cash_flow: list[CashFlowOut]
    progress: list[ProgressOut]
