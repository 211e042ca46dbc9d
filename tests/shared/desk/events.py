"""What the desk tells: one event per transition, with the money that it is about."""

from typing import Any, ClassVar
from uuid import UUID

from shared.contracts.base import Event, Fen


class LetterReceived(Event):
    """A letter with an amount came in."""

    service: ClassVar[str] = "desk"
    fact: ClassVar[str] = "letter-received"
    sample: ClassVar[dict[str, Any]] = {
        "region": "220102",
        "letter_id": "018f0000-0000-7000-8000-000000000001",
        "fen": 1250,
    }

    letter_id: UUID
    fen: Fen


class LetterMoved(Event):
    """A letter was answered or filed."""

    service: ClassVar[str] = "desk"
    fact: ClassVar[str] = "letter-moved"
    sample: ClassVar[dict[str, Any]] = {
        "region": "220102",
        "letter_id": "018f0000-0000-7000-8000-000000000001",
        "state": "answered",
    }

    letter_id: UUID
    state: str
