"""An event as another service hands it over: the fact, with what its envelope says."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from shared.contracts.base import Event


class ReceivedEvent(NamedTuple):
    """One event of another service, with its envelope. `position` is gapless per source.

    `raw` is the envelope as it came (empty when it did not come from outside).
    """

    event: Event
    id: UUID
    source: str
    position: int
    subject: UUID
    version: int
    time: datetime
    type: str
    raw: bytes = b""
