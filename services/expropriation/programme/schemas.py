"""What the programme routes take and answer."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.expropriation.reward.rules import RewardKind, RewardTier
from shared.domain.fields import AggregateOut, Day, Input, Item, Note, Output, Rate, Yuan
from shared.domain.money import yuan


class TierIn(Input):
    """一档签约奖励。"""

    from_day: int = Field(ge=1, le=3650, description="签约期第几天起（第一天为 1）", examples=[1])
    to_day: int = Field(ge=1, le=3650, description="签约期第几天止（含）", examples=[10])
    kind: RewardKind = Field(
        description="fixed 每户定额、per_sqm 每平方米、percent 房屋价值的百分比", examples=["fixed"]
    )
    value: Annotated[Rate, Field(gt=0)] = Field(
        description="数值：元、元/平方米或百分数", examples=["30000.00"]
    )
    cap_yuan: Annotated[Yuan, Field(ge=0)] | None = Field(
        None, description="每户奖励上限（元），没有则不填", examples=["50000.00"]
    )

    def tier(self) -> RewardTier:
        """As the reward rules take it."""
        return RewardTier(self.from_day, self.to_day, self.kind, self.value, self.cap_yuan)


class SigningPeriodIn(Item):
    """一个征收项目的签约期和补偿奖励标准。公布后不能更改。"""

    starts_on: Day = Field(description="签约期第一天", examples=["2021-04-09"])
    ends_on: Day = Field(description="签约期最后一天（含）", examples=["2021-06-07"])
    tiers: list[TierIn] = Field(
        min_length=1, max_length=20, description="签约奖励分档，从第一天起依次相接，后档不高于前档"
    )
    unit_price_yuan: Annotated[Yuan, Field(gt=0, le=10**8)] = Field(
        description="房屋补偿单价（元/平方米）", examples=["5200.00"]
    )
    funds_confirmed_doc: Annotated[Note, Field(max_length=200)] = Field(
        "",
        description="补偿费用足额到位、专户存储的证明文号（必须有）",
        examples=["征补资金专户存款证明2021-04"],
    )
    moving_fee_yuan: Annotated[Yuan, Field(ge=0, le=10**9)] = Field(
        0, description="搬迁费（元/户）", examples=["1500.00"]
    )
    transition_fee_yuan: Annotated[Yuan, Field(ge=0, le=10**5)] = Field(
        0, description="产权调换的临时安置费（元/平方米·月）", examples=["10.00"]
    )
    transition_months: int = Field(0, ge=0, le=120, description="过渡期（月）", examples=[24])
    pay_within_days: int = Field(
        30, ge=1, le=365, description="签约后多少日内支付补偿（支付期限）", examples=[30]
    )


class SigningPeriodList(Input):
    """批量公布签约期。"""

    items: list[SigningPeriodIn] = Field(min_length=1, max_length=1000, description="征收项目")


class TierOut(Output):
    """一档签约奖励。"""

    from_day: int
    to_day: int
    kind: RewardKind
    value: str
    cap_yuan: str | None

    @classmethod
    def of(cls, tier: RewardTier) -> "TierOut":
        """A tier as its reader sees it."""
        cap = None if tier.cap_fen is None else yuan(tier.cap_fen)
        return cls(
            from_day=tier.from_day,
            to_day=tier.to_day,
            kind=tier.kind,
            value=str(tier.value),
            cap_yuan=cap,
        )


class ProgrammeOut(AggregateOut):
    """一个征收项目。"""

    programme_no: str
    project_id: UUID
    project_no: str
    households: int
    created_on: date
    starts_on: date | None
    ends_on: date | None
    signed: int = Field(description="已签约户数，即最末签约顺序号")
    moved: int = Field(description="已搬迁户数，即最末搬迁顺序号")


class ProgrammeDetail(ProgrammeOut):
    """一个征收项目，连同公布的标准。"""

    tiers: list[TierOut]
    unit_price_yuan: Yuan | None
    moving_fee_yuan: Yuan
    transition_fee_yuan: Yuan
    transition_months: int
    pay_within_days: int
    funds_confirmed_doc: str
