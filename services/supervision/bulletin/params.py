"""Numbers of the ranking (S6.6): the notice names the aspects, the office set the weights."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from shared.law.citing import DatedValue, ValueStep

_ISSUED = date(2021, 3, 23)

TASK_WEIGHT = DatedValue(ValueStep(_ISSUED, Decimal("0.4"), "S6.6"))
"""Weight of 改造任务量."""

START_WEIGHT = DatedValue(ValueStep(_ISSUED, Decimal("0.4"), "S6.6"))
"""Weight of 开工进度."""

COMPOSITE_WEIGHT = DatedValue(ValueStep(_ISSUED, Decimal("0.2"), "S6.6"))
"""Weight of the other work."""

MONTH_WEIGHTS: DatedValue[Mapping[int, Decimal]] = DatedValue(
    ValueStep(
        _ISSUED,
        {
            month: Decimal("1.0" if month <= 6 else "0.9" if month <= 9 else "0.8")
            for month in range(1, 13)
        },
        "S6.6",
    )
)
"""What a started unit counts by the month of its start: early starts count in full (早开工)."""

ISSUE_WITHIN_DAYS = DatedValue(ValueStep(_ISSUED, 10, "S11.1"))
"""How many days after the closing a bulletin may be dated; it is never dated back."""
