"""Events of the supervision service: targets, reports, bulletins and alerts."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Event, LogCheckpointed, Month, Number

_ID = "0190a1b2-0000-7000-8000-000000000005"


class AnnualTargetSet(Event):
    """The province gave a unit its annual target for one indicator."""

    service: ClassVar[str] = "supervision"
    fact: ClassVar[str] = "annual-target-set"
    sample: ClassVar = {
        "region": "220100",
        "on": "2021-04-01",
        "year": 2021,
        "indicator": "started-units",
        "value": "1200",
    }
    on: date
    year: int
    indicator: str
    value: Number


class ReportStateChanged(Event):
    """A unit's monthly report was prefilled, submitted, returned, accepted or frozen."""

    service: ClassVar[str] = "supervision"
    fact: ClassVar[str] = "report-state-changed"
    sample: ClassVar = {
        "region": "220100",
        "on": "2021-04-30",
        "report_id": _ID,
        "month": "2021-04",
        "state": "submitted",
    }
    report_id: UUID
    on: date
    month: Month
    state: str


class BulletinIssued(Event):
    """A month was closed and its bulletin issued. `digest` fixes the figures."""

    service: ClassVar[str] = "supervision"
    fact: ClassVar[str] = "bulletin-issued"
    sample: ClassVar = {
        "region": "220000",
        "on": "2021-05-06",
        "bulletin_id": _ID,
        "month": "2021-04",
        "number": 1,
        "digest": "0" * 64,
    }
    bulletin_id: UUID
    on: date
    month: Month
    number: int
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")


class AlertStateChanged(Event):
    """An alert was opened, acknowledged, escalated, resolved or waived."""

    service: ClassVar[str] = "supervision"
    fact: ClassVar[str] = "alert-state-changed"
    sample: ClassVar = {
        "region": "220100",
        "on": "2021-04-30",
        "alert_id": _ID,
        "code": "START_RISK",
        "level": "blue",
        "state": "open",
        "clause": "S6.3",
    }
    alert_id: UUID
    on: date
    code: str
    level: str
    state: str
    clause: str


class SupervisionLogCheckpointed(LogCheckpointed):
    """Where one log of this service stood, and what it says now of the checkpoint before.

    An earlier checkpoint that does not agree means that history was altered, or restored.
    """

    service: ClassVar[str] = "supervision"
