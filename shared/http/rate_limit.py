"""How often one caller may ask: an allowance that fills up again, per caller and process."""

import math
import time

from shared.domain.problems import TooMany

_MOST_CALLERS = 10_000


class RateLimiter:
    """`per_second` on average and `at_once` after a rest; nought is no limit.

    Of each caller only the moment is kept at which its allowance is full again. It is kept by each
    process: with several of them a caller may ask as many times more, unless a gateway counts.
    """

    def __init__(self, per_second: float, at_once: int) -> None:
        self._each = 1 / per_second if per_second else 0.0
        self._rest = self._each * (at_once - 1)
        self._full: dict[str, float] = {}

    def take(self, caller: str) -> None:
        """Count one request of a caller. Raises `TooMany` with the seconds to wait."""
        if not self._each:
            return
        now = time.monotonic()
        full = max(self._full.get(caller, now), now)
        if full - now > self._rest:
            seconds = math.ceil(full - now - self._rest)
            raise TooMany(
                "too-many-requests",
                f"请求过于频繁，请在 {seconds} 秒后重试。",
                headers={"Retry-After": str(seconds)},
            )
        if caller not in self._full and len(self._full) >= _MOST_CALLERS:
            del self._full[next(iter(self._full))]
        self._full[caller] = full + self._each
