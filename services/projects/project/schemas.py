"""What the project routes answer."""

from datetime import date, datetime

from pydantic import Field

from shared.domain.fields import AggregateOut, Area, Output, Rate, Yuan


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


class BuildingOut(Output):
    """One building."""

    name: str
    kind: str
    kind_label: str
    built_year: int | None
    appraisal_level: str | None
    appraisal_agency: str | None
    appraised_on: date | None


class VerdictOut(Output):
    """One prohibition in the latest check."""

    clause: str
    clause_text: str
    outcome: str
    basis: str
    evidence: str
    occasion: str
    occasion_label: str
    checker: str
    at: datetime


class CashFlowOut(Output):
    """One year of the plan's money."""

    year: int
    in_yuan: Yuan
    out_yuan: Yuan
    left_yuan: Yuan = Field(description="年末累计结余")


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


class ProjectDetailOut(ProjectOut):
    """One project with everything that belongs to it."""

    buildings: list[BuildingOut]
    screening: list[VerdictOut] = Field(description="最近一次核查的逐条结论")
    cash_flow: list[CashFlowOut]
    progress: list[ProgressOut]
