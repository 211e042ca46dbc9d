"""What the plan route takes, and what is shown of a cash flow."""

from typing import Annotated

from pydantic import Field

from shared.domain.fields import Day, Input, Item, Output, PositiveInt, Yuan

Year = Annotated[int, Field(ge=1900, le=2199, description="年度", examples=[2021])]
Money = Annotated[Yuan, Field(ge=0, le=10**13)]


class FlowIn(Input):
    """One year's money."""

    year: Year
    in_yuan: Money = Field(description="当年资金收入（元）", examples=["38400000.00"])
    out_yuan: Money = Field(description="当年资金支出（元）", examples=["23040000.00"])


class PlanItem(Item):
    """One project of the plan."""

    units: Annotated[PositiveInt, Field(le=100_000)] = Field(
        description="计划开工套数", examples=[140]
    )
    planned_start_on: Day = Field(description="计划开工日期", examples=["2021-04-28"])
    investment_yuan: Annotated[Yuan, Field(gt=0, le=10**13)] = Field(
        description="总投资（元）", examples=["38400000.00"]
    )
    needs_clearing: bool = Field(description="是否需要房屋征收")
    cash_flow: Annotated[list[FlowIn], Field(min_length=1, max_length=40)] = Field(
        description="全生命周期逐年现金流"
    )


class PlanList(Input):
    """年度计划。"""

    year: Year
    items: Annotated[list[PlanItem], Field(min_length=1, max_length=1000)]


class CashFlowOut(Output):
    """One year of the plan's money."""

    year: int
    in_yuan: Yuan
    out_yuan: Yuan
    left_yuan: Yuan = Field(description="年末累计结余")
