"""What the report routes take and answer."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.domain.fields import AggregateOut, Input, Month, Note, Output, PositiveInt, Region

Unit = Annotated[Region, Field(description="报告单位代码", examples=["220100"])]
Version = Annotated[PositiveInt, Field(description="看到的版本号", examples=[2])]
ReportMonth = Annotated[Month, Field(description="报告月份", examples=["2021-04"])]


class ReportChange(Input):
    """A month value that the unit reports otherwise than the system counted."""

    indicator: str = Field(
        min_length=1, max_length=48, description="指标编码", examples=["completed-units"]
    )
    value: str = Field(
        pattern=r"^[0-9]{1,15}(\.[0-9]{1,2})?$",
        description="本月数；金额以元为单位",
        examples=["36"],
    )
    reason: Note = Field(
        description="更改原因（必须说明）", examples=["两栋楼4月底封顶，系统尚未登记"]
    )


class ReportSubmission(Input):
    """One unit's report, as it is handed in."""

    unit: Unit
    version: Version
    remarks: Note = Field("", description="情况说明", examples=["4月新开工3个项目"])
    changes: tuple[ReportChange, ...] = Field((), max_length=40, description="对汇总数字的更改")


class ReportSubmissions(Input):
    """Reports of one month, handed in together."""

    month: ReportMonth
    items: list[ReportSubmission] = Field(min_length=1, max_length=1000)


class ReportDecision(Input):
    """The province's decision on one report. A return needs a reason."""

    unit: Unit
    version: Version
    verdict: Literal["accept", "return"] = Field(description="accept 接收，return 退回")
    reason: Note = Field("", description="退回原因", examples=["请补充说明开工进度"])


class ReportDecisions(Input):
    """Decisions on reports of one month."""

    month: ReportMonth
    items: list[ReportDecision] = Field(min_length=1, max_length=1000)


class ReportFigure(Output):
    """One figure counted from the facts. Money is a yuan string."""

    topic: str = Field(description="通报内容")
    indicator: str = Field(description="指标编码")
    label: str = Field(description="指标名称")
    measure: str = Field(description="计量单位")
    month: str = Field(description="本月数")
    total: str = Field(description="累计数")


class ReportChangeOut(Output):
    """A changed figure with the reason the unit gave."""

    indicator: str = Field(description="指标编码")
    label: str = Field(description="指标名称")
    counted: str = Field(description="系统汇总的本月数")
    reported: str = Field(description="单位报告的本月数")
    reason: str = Field(description="更改原因")


class ReportOut(AggregateOut):
    """One unit's monthly report."""

    unit: str = Field(description="报告单位代码")
    unit_name: str = Field(description="报告单位")
    month: str = Field(description="报告月份")
    due_on: date = Field(description="报送期限")
    late: bool = Field(description="是否逾期报送")
    submitted_on: date | None = Field(description="最近一次报送日期")
    remarks: str = Field(description="情况说明")
    decision_reason: str = Field(description="退回原因")
    figures: list[ReportFigure]
    changes: list[ReportChangeOut]
