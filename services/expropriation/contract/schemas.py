"""What the contract routes take and answer."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from services.expropriation.compensation.rules import CompensationMode
from shared.domain.fields import (
    AggregateOut,
    Area,
    Code,
    Input,
    Item,
    Name,
    Output,
    Purpose,
    Yuan,
)


class DraftIn(Input):
    """一户的房屋登记。补偿金额由系统按公布的标准计算，不接受填报。"""

    property_no: Code = Field(
        description="房屋编号，同一征收项目内不得重复", examples=["220102-00-001"]
    )
    owner_name: Name = Field(description="被征收人姓名", examples=["张三"])
    owner_id_no: Annotated[str, Field(min_length=1, max_length=30)] = Field(
        description="被征收人公民身份号码", examples=["11010519491231002X"]
    )
    phone: Annotated[str, Field(min_length=1, max_length=30)] = Field(
        description="联系电话", examples=["13800000000"]
    )
    area_sqm: Annotated[Area, Field(gt=0, le=10**5)] = Field(
        description="房屋建筑面积（平方米）", examples=["42.50"]
    )
    mode: CompensationMode = Field(
        description="补偿方式：money 货币补偿、exchange 产权调换", examples=["money"]
    )


class DraftList(Input):
    """一个征收项目的分户补偿登记。"""

    programme_id: UUID = Field(description="征收项目")
    items: list[DraftIn] = Field(min_length=1, max_length=1000, description="各户")


class PaymentIn(Item):
    """一份补偿协议的支付。金额为协议的补偿加奖励，不接受填报。"""

    voucher_no: Code = Field(description="支付凭证号，不得重复使用", examples=["GK-220102-00001"])


class PaymentList(Input):
    """批量支付补偿。"""

    items: list[PaymentIn] = Field(min_length=1, max_length=1000, description="补偿协议")


class PurposeIn(Input):
    """查看明文的事由。"""

    purpose: Purpose


class ContractOut(AggregateOut):
    """一份补偿协议。姓名已脱敏。"""

    programme_id: UUID
    project_id: UUID
    property_no: str
    owner_name: str
    area_sqm: Decimal
    mode: CompensationMode
    created_on: date
    compensation_yuan: Yuan
    reward_yuan: Yuan | None
    signing_no: int | None
    signed_on: date | None
    pay_by: date | None
    paid_on: date | None
    moving_no: int | None
    moved_on: date | None


class StepOut(Output):
    """补偿或奖励的一步计算。"""

    code: str
    label: str
    working: str
    amount_yuan: Yuan

    @classmethod
    def of(cls, step: dict[str, Any]) -> "StepOut":
        """A stored step as its reader sees it."""
        return cls(
            code=step["code"],
            label=step["label"],
            working=step["working"],
            amount_yuan=step["fen"],
        )


class SignatureOut(Output):
    """网上签约记录，签约后不能更改。"""

    signed_at: datetime
    document_digest: str
    owner_certificate: str
    office_certificate: str


class ContractDetail(ContractOut):
    """一份补偿协议，连同逐步计算、签约记录和支付情况。证件号、电话已脱敏。"""

    owner_id_no: str
    phone: str
    steps: list[StepOut]
    signature: SignatureOut | None
    paid_yuan: Yuan | None
    voucher_no: str | None


class OwnerOut(Output):
    """被征收人明文信息。"""

    owner_name: str
    owner_id_no: str
    phone: str
