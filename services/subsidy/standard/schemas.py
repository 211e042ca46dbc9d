"""What the standard routes take and answer."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.domain.fields import Area, Input, Name, Output, Rate, Recent, Region, Yuan

PositiveArea = Annotated[Area, Field(gt=0, le=1000)]
PaysFrom = Literal["month-of-agreement", "month-after"]


class Coefficients(Input):
    """Factor of each income tier."""

    minimum: Annotated[Rate, Field(description="低保家庭", examples=["1.0"])]
    low: Annotated[Rate, Field(description="低收入家庭", examples=["0.8"])]
    middle: Annotated[Rate, Field(description="中等偏下收入家庭", examples=["0.5"])]


class CountedPersons(Input):
    """A household size that is counted as another number of persons."""

    size: Annotated[int, Field(ge=1, le=20, description="家庭人口", examples=[1])]
    persons: Annotated[Rate, Field(gt=0, le=20, description="计算人数", examples=["2.0"])]


class StandardIn(Input):
    """补贴标准。"""

    region: Annotated[Region, Field(description="市（州）、县（市）代码", examples=["220100"])]
    effective_from: Annotated[Recent, Field(description="执行月份的1日", examples=["2021-01-01"])]
    document_no: Annotated[Name, Field(description="文号", examples=["长政办发〔2020〕11号"])]
    per_capita_sqm: Annotated[
        PositiveArea, Field(description="人均补贴面积（㎡）", examples=["15.00"])
    ]
    household_cap_sqm: Annotated[
        PositiveArea, Field(description="每户补贴面积上限（㎡）", examples=["60.00"])
    ]
    unit_price_yuan: Annotated[
        Yuan, Field(gt=0, le=1_000_000, description="每平方米每月补贴（元）", examples=["7.00"])
    ]
    coefficients: Annotated[Coefficients, Field(description="分档系数")]
    counted_persons: Annotated[
        tuple[CountedPersons, ...], Field(max_length=20, description="家庭人口另行折算的人数")
    ] = ()
    cap_at_rent: Annotated[bool, Field(description="补贴不超过实际租金")] = False
    floor_yuan: Annotated[
        Yuan,
        Field(
            ge=0, le=10_000_000, description="每户每月最低补贴（元），0为不设", examples=["0.00"]
        ),
    ] = 0
    pays_from: Annotated[
        PaysFrom, Field(description="首发月份：签约当月或次月", examples=["month-of-agreement"])
    ] = "month-of-agreement"


class StandardOut(Output):
    """One local standard."""

    id: UUID
    region: str
    region_name: str
    effective_from: date
    document_no: str
    per_capita_sqm: Area
    household_cap_sqm: Area
    unit_price_yuan: Yuan
    coefficients: dict[str, Decimal]
    counted_persons: dict[str, Decimal]
    cap_at_rent: bool
    floor_yuan: Yuan
    pays_from: PaysFrom
