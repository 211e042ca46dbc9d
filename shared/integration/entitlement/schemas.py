"""What the routes of entitlements take and answer."""

from typing import Annotated

from pydantic import Field

from shared.domain.fields import AggregateOut, Input, Region, Text

Client = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}$")]
EventType = Annotated[str, Field(pattern=r"^(\*|[a-z0-9.\-]{1,120})$")]


class EntitlementIn(Input):
    """What a client may read, and what for."""

    client: Client = Field(
        description="对接系统：令牌的 sub，也是 Kafka 用户名", examples=["statistics-bureau"]
    )
    region: Region = Field(description="可读的辖区", examples=["220100"])
    types: list[EventType] = Field(
        min_length=1,
        max_length=200,
        description="本服务的事件类型；`*` 为全部，包括以后新增的",
        examples=[["*"]],
    )
    purpose: Text = Field(
        description="用途和依据", examples=["统计月报，见省安居办与统计局数据共享协议"]
    )


class Revocation(Input):
    """Why an entitlement ends."""

    reason: Text = Field(description="收回原因", examples=["协议到期"])


class EntitlementOut(AggregateOut):
    """One entitlement; who gave and revoked it, and when, stands in the audit trail."""

    client: str = Field(description="对接系统")
    types: list[str] = Field(description="事件类型")
    purpose: str = Field(description="用途和依据")
