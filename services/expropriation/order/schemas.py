"""What the routes of the order take and answer."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from shared.domain.fields import Code, Digest, Input, Item, Output, Yuan


class SigningIn(Item):
    """一份补偿协议的网上签约。顺序号、时间和奖励由系统给出。"""

    document_digest: Digest = Field(description="协议文本的 SHA-256 摘要", examples=["ab" * 32])
    owner_certificate: Code = Field(
        description="被征收人电子签名证书号", examples=["CERT-OWNER-2021"]
    )
    office_certificate: Code = Field(
        description="征收部门电子签名证书号", examples=["CERT-OFFICE-2021"]
    )


class SigningList(Input):
    """批量网上签约，按清单先后给出顺序号。"""

    items: list[SigningIn] = Field(min_length=1, max_length=1000, description="补偿协议")


class RemovalList(Input):
    """批量搬迁登记，按清单先后给出顺序号。"""

    items: list[Item] = Field(min_length=1, max_length=1000, description="补偿协议")


class PlaceOut(Output):
    """签约顺序中的一户：先签约、先搬迁、先受益。只有房屋编号，没有个人信息。"""

    contract_id: UUID
    signing_no: int
    property_no: str
    mode: str
    area_sqm: Decimal
    signed_on: date
    reward_yuan: Yuan
    moving_no: int | None
    moved_on: date | None
