"""The base of every event: a frozen, versioned fact without personal data."""

from decimal import Decimal
from functools import cache
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

TYPE_PREFIX = "cn.gov.jl.housing"
MEDIA = "application/cloudevents+json"
"""The media type of one event in its envelope."""

RegionCode = Annotated[
    str, Field(pattern=r"^\d{6}$", description="六位区划代码（GB/T 2260 或内部代码）")
]
Month = Annotated[
    str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="业务月份，例 2021-04")
]
Fen = Annotated[int, Field(ge=-(2**62), le=2**62, description="金额，单位：分")]
Number = Annotated[
    Decimal,
    PlainSerializer(lambda value: format(value, "f"), return_type=str, when_used="json"),
    Field(max_digits=18, decimal_places=4),
]
"""An area, a rate or a share. A decimal string in JSON, never a float."""
_SHA256 = r"^[0-9a-f]{64}$"


class Event(BaseModel):
    """One fact that happened. The aggregate's id and version travel in the envelope.

    Adding an optional field keeps `version`; anything else is a new class beside the old one.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    service: ClassVar[str]
    fact: ClassVar[str]
    version: ClassVar[int] = 1
    sample: ClassVar[dict[str, Any]]
    """A golden sample of the data, used by docs, tests and integrators."""

    region: RegionCode

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if hasattr(cls, "service") and hasattr(cls, "fact"):
            REGISTRY[cls.event_type()] = cls

    @classmethod
    @cache
    def event_type(cls) -> str:
        """The CloudEvents type, such as cn.gov.jl.housing.subsidy.payment-paid.v1."""
        return f"{TYPE_PREFIX}.{cls.service}.{cls.fact}.v{cls.version}"


class LogCheckpointed(Event):
    """Where one log of the service stood: its last position and the chain's value there.

    `since_position` is that of the checkpoint told before, and `since_chain` what the log says of
    it *now*: who holds the earlier checkpoint sees whether the history before it was altered.
    """

    fact: ClassVar[str] = "log-checkpointed"
    sample: ClassVar[dict[str, Any]] = {
        "region": "220000",
        "log": "audit_log",
        "position": 4711,
        "chain": "ab" * 32,
        "at": "2021-04-01T00:35:00+00:00",
        "signature": "cd" * 32,
        "since_position": 4690,
        "since_chain": "ef" * 32,
    }
    log: Literal["outbox", "audit_log"] = Field(description="事件日志或审计日志")
    position: int = Field(ge=0, description="末位")
    chain: str = Field(pattern=_SHA256, description="末位的链值（SHA-256）")
    at: str = Field(max_length=40, description="签发时刻")
    signature: str = Field(pattern=_SHA256, description="签发服务的签名，只有它自己能核验")
    since_position: int = Field(ge=0, description="上一个检查点的位置；第一个检查点为 0")
    since_chain: str = Field(
        pattern=r"^([0-9a-f]{64})?$", description="该位置现在的链值；记录已不在则为空"
    )


REGISTRY: dict[str, type[Event]] = {}
"""CloudEvents type -> event class, filled as the contract files are imported."""


def topic(service: str) -> str:
    """The Kafka topic of a service."""
    return f"jl.housing.{service}.v1"


__all__ = [
    "MEDIA",
    "REGISTRY",
    "UUID",
    "Event",
    "Fen",
    "LogCheckpointed",
    "Month",
    "Number",
    "RegionCode",
    "topic",
]
