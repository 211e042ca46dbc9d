"""What the standard routes take and answer."""

from datetime import date
from uuid import UUID

from pydantic import Field

from shared.domain.fields import Area, Input, Line, Output, Recent, Region, Yuan


class StandardIn(Input):
    """A standard as the unit's document says it."""

    region: Region = Field(description="报告单位代码", examples=["220100"])
    effective_from: Recent = Field(description="生效日", examples=["2021-01-01"])
    document_no: Line = Field(description="文号", examples=["长政办发〔2020〕11号"])
    income_line_yuan: Yuan = Field(
        gt=0, le=10**8, description="人均月收入线（元，含本数）", examples=["1800.00"]
    )
    area_line_sqm: Area = Field(
        gt=0, le=1000, description="人均住房面积线（平方米，不含本数）", examples=["16.00"]
    )


class StandardOut(Output):
    """A published standard."""

    id: UUID
    region: str
    region_name: str
    effective_from: date
    document_no: str
    income_line_yuan: Yuan
    area_line_sqm: Area
