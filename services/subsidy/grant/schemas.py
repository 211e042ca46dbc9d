"""What the grant routes take and answer."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.domain.fields import (
    AggregateOut,
    Area,
    Input,
    Item,
    Name,
    Output,
    Purpose,
    Recent,
    Sentence,
    Yuan,
)

Tier = Literal["minimum", "low", "middle"]
TIER_LABELS = {"minimum": "低保", "low": "低收入", "middle": "中等偏下收入"}
StopCode = Literal[
    "died",
    "moved-away",
    "home-obtained",
    "income-over-line",
    "unit-allocated",
    "not-entitled",
    "given-up",
]
AccountNo = Annotated[
    str,
    Field(
        min_length=8,
        max_length=40,
        description="银行账号（加密保存）",
        examples=["6222022001012345670"],
    ),
]
Holder = Annotated[Name, Field(description="户名（加密保存）", examples=["户主本人"])]


class AgreementItem(Item):
    """The agreement of one household."""

    account_no: AccountNo
    account_name: Holder
    rent_yuan: Annotated[
        Yuan | None,
        Field(
            gt=0,
            le=10**8,
            description="合同月租金（元）；当地规定不超过实际租金时必填",
            examples=["800.00"],
        ),
    ] = None


class Agreements(Input):
    """一批补贴协议。"""

    items: Annotated[list[AgreementItem], Field(min_length=1, max_length=1000)]


class Stop(Input):
    """停发决定。"""

    reason_code: Annotated[StopCode, Field(description="停发原因", examples=["home-obtained"])]
    opinion: Annotated[
        Sentence, Field(description="经办人书面意见", examples=["经核查，家庭已购买住房。"])
    ]
    changed_on: Annotated[
        Recent, Field(description="情况变化之日；自次月起停发", examples=["2021-06-21"])
    ]


class Unmasking(Input):
    """查看明文的事由。"""

    purpose: Purpose


class GrantOut(AggregateOut):
    """One household's grant; the account is masked."""

    region_name: str
    application_id: UUID
    tier: Tier
    tier_label: str
    household_size: int
    own_area_sqm: Area
    approved_on: date
    hold: str
    hold_label: str
    monthly_yuan: Yuan
    rent_yuan: Yuan | None
    agreement_no: str | None
    signed_on: date | None
    first_month: str | None
    stop_month: str | None
    stop_code: str
    stop_label: str
    account: str


class StepOut(Output):
    """One term of the calculation."""

    term: str
    label: str
    value: str
    source: str


class AmountOut(Output):
    """An amount from a month on. `reworked_yuan`: worked out again from the stored steps."""

    number: int
    from_month: str
    monthly_yuan: Yuan
    reworked_yuan: Yuan
    document_no: str
    steps: list[StepOut]


class GrantDetail(GrantOut):
    """A grant with all its amounts and how each came about."""

    stop_reason: str
    amounts: list[AmountOut]


class AccountOut(Output):
    """An account in plain text; reading it is kept in the audit trail."""

    account_no: str
    account_name: str
