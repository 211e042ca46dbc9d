"""What the alert routes take and answer."""

from datetime import date

from pydantic import Field

from shared.domain.fields import AggregateOut, Input, Text


class Waiver(Input):
    """Why an alert is let rest."""

    reason: Text = Field(description="豁免原因", examples=["项目调整，已报省安居办同意"])


class AlertOut(AggregateOut):
    """One alert; `region` is the unit."""

    region_name: str = Field(description="报告单位")
    code: str = Field(description="预警编码", examples=["START_RISK"])
    label: str = Field(description="预警事项")
    object_id: str = Field(description="对象标识")
    object_label: str = Field(description="对象")
    period: str = Field(description="期间", examples=["2021", "2021-04"])
    level: str = Field(description="级别编码")
    level_label: str = Field(description="级别")
    clause: str = Field(description="依据的条款")
    opened_on: date = Field(description="提示日期")
    due_on: date = Field(description="办理时限")
    closed_on: date | None = Field(description="消除或豁免日期")
    reason: str = Field(description="豁免原因")
