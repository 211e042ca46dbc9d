"""What the routes of overdue cases take and answer."""

from datetime import date
from typing import Annotated

from pydantic import Field

from services.projects.overdue.rules import MODE_LABELS, ResettlementMode
from shared.domain.fields import (
    AggregateOut,
    Input,
    Item,
    Line,
    Note,
    Output,
    PositiveInt,
    Purpose,
    Recent,
    Text,
)

_MODES = "、".join(f"{value} {label}" for value, label in MODE_LABELS.items())


class ResettlementItem(Item):
    """Households of one case that were resettled."""

    households: PositiveInt = Field(description="本次安置户数", examples=[10])
    mode: ResettlementMode = Field(ResettlementMode.MOVED_IN, description=f"安置方式：{_MODES}")
    evidence: Text = Field(description="安置凭证", examples=["钥匙交付清单"])
    consent_document: Line | None = Field(
        None, description="居民同意书编号（货币化或异地安置必填）", examples=["同意书2021-001"]
    )


class ResettlementList(Input):
    """一批逾期户安置。"""

    items: Annotated[list[ResettlementItem], Field(min_length=1, max_length=1000)]


class VerificationList(Input):
    """一批待销号项目。"""

    items: Annotated[list[Item], Field(min_length=1, max_length=1000)]
    opinion: Note = Field("", description="销号意见", examples=["抽查凭证并电话回访，情况属实"])


class JudgmentIn(Input):
    """The judgment of a case that was before a court."""

    judged_on: Recent = Field(description="判决日期", examples=["2021-05-12"])
    document_no: Line = Field(description="判决文书号", examples=["（2021）吉0102民初12号"])


class ReturnIn(Input):
    """Resettlement that did not stand up to the supervisor's check."""

    households: PositiveInt = Field(description="不予认可的户数", examples=[2])
    opinion: Text = Field(description="退回意见", examples=["两户尚未领到钥匙"])


class UnmaskingIn(Input):
    """Why the name is needed."""

    purpose: Purpose


class UnmaskedOut(Output):
    """The name in full."""

    responsible_person: str = Field(description="责任人")


class OverdueCaseOut(AggregateOut):
    """One line of the ledger. The responsible person's name is masked."""

    region_name: str
    case_no: str = Field(description="台账编号")
    situation: str = Field(description="项目情况")
    households: int = Field(description="户数")
    problem: str = Field(description="存在的问题")
    measure: str = Field(description="具体措施办法")
    promised_on: date = Field(description="完成时点")
    responsible_unit: str = Field(description="责任单位")
    responsible_person: str = Field(description="责任人（脱敏）")
    category: str = Field(description="类别，条款编号")
    category_label: str
    priority: bool = Field(description="重点解决：已签预分配协议但未入住")
    kind: str = Field(description="known 既有、new 2018年9月30日之后形成、risk 有逾期风险")
    formed_on: date | None
    listed_late: bool = Field(description="排查时限（2021年6月底）后才列入台账")
    judged_on: date | None
    judgment_due_on: date | None = Field(description="判决程序应当完成的日期")
    due_on: date = Field(description="安置时限")
    days_left: int = Field(description="距时限天数，负数为已逾期")
    promised_late: bool = Field(description="完成时点晚于安置时限")
    resettled: int = Field(description="已安置户数")
    remaining: int = Field(description="剩余户数")
    verified_on: date | None = Field(description="销号日期")
