"""The signing period: what must stand before it is announced, and which day of it a day is."""

from dataclasses import dataclass
from datetime import date

from shared.domain.problems import Reason
from shared.law.citing import cites

LONGEST_PERIOD = 3650
"""Days; the tiers of a reward can reach no further."""


@dataclass(frozen=True, slots=True)
class SigningPeriod:
    """A signing period, both days included."""

    starts_on: date
    ends_on: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.ends_on - self.starts_on).days + 1

    def day_number(self, on: date) -> int | None:
        """1 on the first day; None outside the period."""
        return (on - self.starts_on).days + 1 if self.starts_on <= on <= self.ends_on else None


@cites("S8.3", "R590.12")
def announcement_faults(
    period: SigningPeriod, funds_confirmed_doc: str, on: date
) -> tuple[Reason, ...]:
    """Why the period may not be announced on a day; pointers are relative to the terms."""
    checks = (
        (
            bool(funds_confirmed_doc),
            Reason(
                "funds-not-confirmed",
                "征收补偿费用应当足额到位、专户存储，请填写资金到位证明文号",
                "/funds_confirmed_doc",
                "R590.12",
            ),
        ),
        (
            period.starts_on >= on,
            Reason("period-in-past", "签约期应当先公布、后开始", "/starts_on", "S8.3"),
        ),
        (
            period.ends_on >= period.starts_on,
            Reason("period-reversed", "截止日不得早于起始日", "/ends_on", "S8.3"),
        ),
        (
            period.days <= LONGEST_PERIOD,
            Reason("period-too-long", "签约期不得长于十年，请核对截止日", "/ends_on", "S8.3"),
        ),
    )
    return tuple(reason for good, reason in checks if not good)
