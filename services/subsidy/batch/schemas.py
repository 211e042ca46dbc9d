"""What the batch routes take and answer."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.subsidy.batch.states import BatchKind
from services.subsidy.grant.schemas import AccountNo, Holder
from shared.domain.fields import AggregateOut, Input, Item, Month, Region, Sentence, Yuan


class BatchIn(Input):
    """一个单位一个月的发放批次。"""

    region: Annotated[Region, Field(description="市（州）、县（市）代码", examples=["220100"])]
    month: Annotated[Month, Field(examples=["2021-04"])]


class Check(Input):
    """复核。"""

    explanation: Annotated[
        Sentence | None,
        Field(description="有异常时说明核实情况", examples=["经核实，两户由同一监护人代领。"]),
    ] = None


class Confirmation(Input):
    """没有其他内容的办理。"""


class Voiding(Input):
    """作废。"""

    reason: Annotated[Sentence, Field(description="原因", examples=["有家庭已停发，重新生成。"])]


class ReissueItem(Item):
    """A failed payment with the corrected account."""

    account_no: AccountNo
    account_name: Annotated[Holder | None, Field(description="户名；不填则沿用原户名")] = None


class Reissue(Input):
    """补发清单。"""

    items: Annotated[list[ReissueItem], Field(min_length=1, max_length=1000)]


class BatchOut(AggregateOut):
    """One batch with its sums and who did what."""

    region_name: str
    number: str
    kind: BatchKind
    origin_id: UUID | None
    month: str
    lines: int
    total_yuan: Yuan
    paid_lines: int
    paid_yuan: Yuan
    failed_lines: int
    failed_yuan: Yuan
    made_by: str
    checked_by: str | None
    approved_by: str | None
    sent_by: str | None
    explanation: str
    digest: str
