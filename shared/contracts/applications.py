"""Events of the applications service: one household's way through 三审两公示."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Event, LogCheckpointed, Number

_ID = "0190a1b2-0000-7000-8000-000000000001"


class _ApplicationEvent(Event):
    service: ClassVar[str] = "applications"
    application_id: UUID
    on: date = Field(description="业务日期")


class ApplicationSubmitted(_ApplicationEvent):
    """A household applied for a guarantee."""

    fact: ClassVar[str] = "application-submitted"
    sample: ClassVar = {
        "region": "220102",
        "application_id": _ID,
        "on": "2021-04-01",
        "categories": ["C13"],
        "mode": "subsidy",
        "household_size": 3,
    }
    categories: tuple[str, ...]
    mode: Literal["subsidy", "unit"]
    household_size: int


class ApplicationAccepted(_ApplicationEvent):
    """The file is complete and a receipt was given."""

    fact: ClassVar[str] = "application-accepted"
    sample: ClassVar = {
        "region": "220102",
        "application_id": _ID,
        "on": "2021-04-01",
        "receipt_no": "ZB-220102-2021-0000001",
    }
    receipt_no: str


class ApplicationReviewPassed(_ApplicationEvent):
    """One of the three reviews was passed. After stages 1 and 3 a public notice runs.

    `notice_ends_on` is the last full day of that notice; the start day does not count.
    """

    fact: ClassVar[str] = "application-review-passed"
    sample: ClassVar = {
        "region": "220102",
        "application_id": _ID,
        "on": "2021-04-02",
        "stage": 1,
        "notice_starts_on": "2021-04-02",
        "notice_ends_on": "2021-04-09",
    }
    stage: Literal[1, 2, 3]
    notice_starts_on: date | None = None
    notice_ends_on: date | None = None


class ApplicationNoticeClosed(_ApplicationEvent):
    """A public notice ran its full days without an open objection."""

    fact: ClassVar[str] = "application-notice-closed"
    sample: ClassVar = {"region": "220102", "application_id": _ID, "on": "2021-04-10", "stage": 1}
    stage: Literal[1, 2]


class ApplicationObjectionRaised(_ApplicationEvent):
    """Somebody objected during a public notice."""

    fact: ClassVar[str] = "application-objection-raised"
    sample: ClassVar = {
        "region": "220102",
        "application_id": _ID,
        "on": "2021-04-05",
        "stage": 1,
        "objection_id": _ID,
    }
    stage: Literal[1, 2]
    objection_id: UUID


class ApplicationObjectionDecided(_ApplicationEvent):
    """An objection was answered; upheld sends the application back to its review."""

    fact: ClassVar[str] = "application-objection-decided"
    sample: ClassVar = {
        "region": "220102",
        "application_id": _ID,
        "on": "2021-04-07",
        "stage": 1,
        "objection_id": _ID,
        "upheld": False,
    }
    stage: Literal[1, 2]
    objection_id: UUID
    upheld: bool


class ApplicationApproved(_ApplicationEvent):
    """Three reviews and two notices are done; the household is entitled."""

    fact: ClassVar[str] = "application-approved"
    sample: ClassVar = {
        "region": "220102",
        "application_id": _ID,
        "on": "2021-04-20",
        "household_key": "5f0d0c8e4f1b4d0b9a9c0d8a3c1e7f21",
        "categories": ["C13"],
        "mode": "subsidy",
        "tier": "minimum",
        "household_size": 3,
        "own_area_sqm": "21.50",
    }
    household_key: str = Field(description="家庭标识（成员证件号的带密钥摘要），不可还原")
    categories: tuple[str, ...]
    mode: Literal["subsidy", "unit"]
    tier: Literal["minimum", "low", "middle"] = Field(description="低保 / 低收入 / 中等偏下")
    household_size: int
    own_area_sqm: Number


class ApplicationRejected(_ApplicationEvent):
    """A reviewer refused, with a written reason."""

    fact: ClassVar[str] = "application-rejected"
    sample: ClassVar = {
        "region": "220102",
        "application_id": _ID,
        "on": "2021-04-12",
        "stage": 2,
        "reason_code": "income-over-line",
    }
    stage: Literal[1, 2, 3]
    reason_code: str


class ApplicationWithdrawn(_ApplicationEvent):
    """The applicant took the application back."""

    fact: ClassVar[str] = "application-withdrawn"
    sample: ClassVar = {"region": "220102", "application_id": _ID, "on": "2021-04-03"}


class ApplicationEnded(_ApplicationEvent):
    """The guarantee of an approved household ended; its members may apply again."""

    fact: ClassVar[str] = "application-ended"
    sample: ClassVar = {
        "region": "220102",
        "application_id": _ID,
        "on": "2021-06-21",
        "reason_code": "home-obtained",
    }
    reason_code: str


class ApplicationsLogCheckpointed(LogCheckpointed):
    """Where one log of this service stood, and what it says now of the checkpoint before.

    An earlier checkpoint that does not agree means that history was altered, or restored.
    """

    service: ClassVar[str] = "applications"
