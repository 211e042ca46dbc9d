"""One request or one run of a job: who, when, in which transaction."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession

from shared.commands.actor import SYSTEM, Actor
from shared.db.connections import Connections

if TYPE_CHECKING:
    from shared.commands.bundle import Bundle


@dataclass(frozen=True, slots=True)
class Call:
    """What a command gets. `now` is UTC, `today` is Shanghai's day; both of the injected clock."""

    open: Callable[[], AsyncSession]
    """Gives the session of the one transaction, the same each time."""
    actor: Actor
    now: datetime
    today: date
    trace: str
    expected: int | None = None
    """The version that the caller saw (If-Match)."""
    purpose: str = ""
    connections: Connections | None = None
    """For single statements outside the transaction (`shared.commands.reads`, hot commands)."""
    bundle: "Bundle | None" = None
    """Collects what a bulk command writes, in the place of a session."""

    @property
    def session(self) -> AsyncSession:
        """The session of the one transaction; it is made when it is first asked for."""
        return self.open()

    def as_system(self) -> "Call":
        """The same transaction, acting for the system."""
        return replace(self, actor=SYSTEM)
