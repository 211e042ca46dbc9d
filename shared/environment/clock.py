"""The one clock: instants in UTC, business days in Shanghai's time."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """What the machinery asks. Rules never ask: they get the day as an argument."""

    def now(self) -> datetime:
        """The instant, in UTC."""

    def today(self) -> date:
        """The business day in Shanghai."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The instant, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The business day in Shanghai."""
        return self.now().astimezone(SHANGHAI).date()


class FileClock:
    """The demonstration's clock: an ISO instant in a file, read again when the file changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mark: tuple[int, int] | None = None
        self._instant = datetime.now(UTC)

    def now(self) -> datetime:
        """The instant in the file, in UTC."""
        found = self._path.stat()
        mark = (found.st_mtime_ns, found.st_ino)
        if mark != self._mark:
            text = self._path.read_text(encoding="ascii").strip()
            self._instant = datetime.fromisoformat(text).astimezone(UTC)
            self._mark = mark
        return self._instant

    def today(self) -> date:
        """The business day in Shanghai."""
        return self.now().astimezone(SHANGHAI).date()


class SettableClock:
    """A clock that a test moves."""

    def __init__(self, start: datetime) -> None:
        self._instant = start.astimezone(UTC)

    def now(self) -> datetime:
        """The instant that was set, in UTC."""
        return self._instant

    def today(self) -> date:
        """The business day in Shanghai."""
        return self._instant.astimezone(SHANGHAI).date()

    def set(self, instant: datetime) -> None:
        """Make it `instant`."""
        self._instant = instant.astimezone(UTC)

    def move_to(self, day: date, hour: int = 9) -> None:
        """Make it `hour` o'clock of `day` in Shanghai."""
        self.set(datetime.combine(day, time(hour), SHANGHAI))
