"""The base of every event: a frozen, versioned fact without personal data."""

from decimal import Decimal
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

TYPE_PREFIX = "cn.gov.jl.housing"

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
        if "fact" in cls.__dict__:
            REGISTRY[cls.event_type()] = cls

    @classmethod
    def event_type(cls) -> str:
        """The CloudEvents type, such as cn.gov.jl.housing.subsidy.payment-paid.v1."""
        return f"{TYPE_PREFIX}.{cls.service}.{cls.fact}.v{cls.version}"


REGISTRY: dict[str, type[Event]] = {}
"""CloudEvents type -> event class, filled as the contract files are imported."""


def topic(service: str) -> str:
    """The Kafka topic of a service."""
    return f"jl.housing.{service}.v1"


__all__ = ["REGISTRY", "UUID", "Event", "Fen", "Month", "Number", "RegionCode", "topic"]
