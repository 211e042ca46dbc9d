"""Whether the loops of a worker get on: a process that runs but does nothing is not alive."""

import time

from shared.environment.settings import STALLED_AFTER


class Progress:
    """Each loop beats when it has done its round, also a round without work."""

    def __init__(self, stalled_after: float = STALLED_AFTER) -> None:
        self._stalled_after = stalled_after
        self._beats: dict[str, float] = {}
        self.halted: set[str] = set()
        """Sources whose log is not the one that was taken in: a person has to look."""

    def beat(self, loop: str) -> None:
        """The loop got round once more, and will again: what runs once must not beat."""
        self._beats[loop] = time.monotonic()

    def stalled(self) -> list[str]:
        """Loops that have not beaten for too long."""
        now = time.monotonic()
        return sorted(name for name, at in self._beats.items() if now - at > self._stalled_after)
