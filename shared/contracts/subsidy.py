"""Events of the subsidy service: grants, monthly batches and what the bank returned."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Event, Fen, LogCheckpointed, Month

_ID = "0190a1b2-0000-7000-8000-000000000002"


class _SubsidyEvent(Event):
    service: ClassVar[str] = "subsidy"
    on: date


class GrantHeld(_SubsidyEvent):
    """An approved household waits: its amount cannot be set yet, `reason_code` says why.

    GrantOpened follows once the reason is gone, or GrantStopped by a person's decision.
    """

    fact: ClassVar[str] = "grant-held"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-20",
        "grant_id": _ID,
        "application_id": _ID,
        "reason_code": "no-standard",
    }
    grant_id: UUID
    application_id: UUID
    reason_code: str


class GrantOpened(_SubsidyEvent):
    """An approved household got a grant with a calculated monthly amount."""

    fact: ClassVar[str] = "grant-opened"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-20",
        "grant_id": _ID,
        "application_id": _ID,
        "monthly_fen": 31500,
    }
    grant_id: UUID
    application_id: UUID
    monthly_fen: Fen


class GrantAdjusted(_SubsidyEvent):
    """Another standard came into force: the grant has a new amount from `from_month` on."""

    fact: ClassVar[str] = "grant-adjusted"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-07-01",
        "grant_id": _ID,
        "from_month": "2021-07",
        "monthly_fen": 33600,
    }
    grant_id: UUID
    from_month: Month
    monthly_fen: Fen


class GrantSigned(_SubsidyEvent):
    """The subsidy agreement was signed; `first_month` is the first payable month."""

    fact: ClassVar[str] = "grant-signed"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-21",
        "grant_id": _ID,
        "first_month": "2021-04",
    }
    grant_id: UUID
    first_month: Month


class GrantStopped(_SubsidyEvent):
    """A grant ended; nothing is paid from `from_month` on."""

    fact: ClassVar[str] = "grant-stopped"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-06-21",
        "grant_id": _ID,
        "from_month": "2021-07",
        "reason_code": "home-obtained",
    }
    grant_id: UUID
    from_month: Month
    reason_code: str


class BatchGenerated(_SubsidyEvent):
    """The lines of one unit's month were calculated."""

    fact: ClassVar[str] = "batch-generated"
    sample: ClassVar = {
        "region": "220100",
        "on": "2021-04-25",
        "batch_id": _ID,
        "month": "2021-04",
        "lines": 60,
        "total_fen": 1890000,
    }
    batch_id: UUID
    month: Month
    lines: int
    total_fen: Fen


class BatchStateChanged(_SubsidyEvent):
    """A batch was checked, approved, sent, reconciled, closed or voided (`state` says which)."""

    fact: ClassVar[str] = "batch-state-changed"
    sample: ClassVar = {
        "region": "220100",
        "on": "2021-04-26",
        "batch_id": _ID,
        "month": "2021-04",
        "state": "approved",
        "lines": 60,
        "total_fen": 1890000,
    }
    batch_id: UUID
    month: Month
    state: str
    lines: int
    total_fen: Fen


class PaymentPaid(_SubsidyEvent):
    """One household's subsidy for one month arrived."""

    fact: ClassVar[str] = "payment-paid"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-28",
        "payment_id": _ID,
        "grant_id": _ID,
        "batch_id": _ID,
        "month": "2021-04",
        "amount_fen": 31500,
    }
    payment_id: UUID
    grant_id: UUID
    batch_id: UUID
    month: Month
    amount_fen: Fen


class PaymentFailed(_SubsidyEvent):
    """The bank returned one payment; it may be issued again once corrected."""

    fact: ClassVar[str] = "payment-failed"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-28",
        "payment_id": _ID,
        "grant_id": _ID,
        "batch_id": _ID,
        "month": "2021-04",
        "amount_fen": 31500,
        "reason_code": "account-closed",
    }
    payment_id: UUID
    grant_id: UUID
    batch_id: UUID
    month: Month
    amount_fen: Fen
    reason_code: str


class PaymentReissued(_SubsidyEvent):
    """A failed payment was put into a new batch under a new payment id."""

    fact: ClassVar[str] = "payment-reissued"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-29",
        "payment_id": _ID,
        "grant_id": _ID,
        "batch_id": _ID,
        "month": "2021-04",
        "amount_fen": 31500,
        "replaces": _ID,
    }
    payment_id: UUID
    grant_id: UUID
    batch_id: UUID
    month: Month
    amount_fen: Fen
    replaces: UUID


class PaymentStateChanged(_SubsidyEvent):
    """A payment that was not paid came into `state`: replaced, failed again, or cancelled."""

    fact: ClassVar[str] = "payment-state-changed"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-29",
        "payment_id": _ID,
        "grant_id": _ID,
        "batch_id": _ID,
        "month": "2021-04",
        "amount_fen": 31500,
        "state": "replaced",
    }
    payment_id: UUID
    grant_id: UUID
    batch_id: UUID
    month: Month
    amount_fen: Fen
    state: str


class SubsidyLogCheckpointed(LogCheckpointed):
    """Where one log of this service stood, and what it says now of the checkpoint before.

    An earlier checkpoint that does not agree means that history was altered, or restored.
    """

    service: ClassVar[str] = "subsidy"
