"""What the target routes answer."""

from pydantic import Field

from shared.domain.fields import AggregateOut


class TargetOut(AggregateOut):
    """One unit's annual target; `region` is the unit."""

    region_name: str = Field(description="报告单位")
    year: int = Field(description="年度")
    indicator: str = Field(description="指标编码")
    indicator_label: str = Field(description="指标名称")
    measure: str = Field(description="计量单位")
    value: str = Field(description="任务数；金额以元为单位", examples=["1200"])
    clause: str = Field(description="依据的条款", examples=["S6.6"])
