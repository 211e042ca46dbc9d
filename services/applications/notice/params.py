"""Numbers of the public notices."""

from datetime import date

from shared.law.citing import DatedValue, ValueStep
from shared.law.notice import ISSUED_ON

FIRST_NOTICE_DAYS = DatedValue(ValueStep(ISSUED_ON, 7, "S2.10"))
"""Full calendar days at the street's board. The notice names no number; 7 is Jilin's practice."""
SECOND_NOTICE_DAYS = DatedValue(ValueStep(ISSUED_ON, 7, "S2.10"))
"""Full calendar days on the city's or county's site."""


def notice_days(stage: int, on: date) -> int:
    """The full days of a notice that begins on `on`."""
    return (FIRST_NOTICE_DAYS if stage == 1 else SECOND_NOTICE_DAYS).on(on)
