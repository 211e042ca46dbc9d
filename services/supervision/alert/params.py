"""Numbers of the alerts. The notice fixes the deadlines; lead times and ages are the office's."""

from datetime import date
from decimal import Decimal

from shared.law.citing import DatedValue, ValueStep

_ISSUED = date(2021, 3, 23)

START_LEAD_DAYS = DatedValue(ValueStep(_ISSUED, 15, "S6.3"))
"""Days before a planned start from which a project that has not begun is at risk."""

CASE_LEAD_DAYS = DatedValue(ValueStep(_ISSUED, 30, "S9.3c"))
"""Days before its due day from which an open overdue case is called due."""

SUBSIDY_DUE = (11, 30)
"""Month and day by which the annual subsidy task is done (S2.12)."""

SUBSIDY_LAG = DatedValue(ValueStep(_ISSUED, Decimal("0.2"), "S2.12"))
"""How far a unit may be behind even progress (eleven months) before it is at risk."""

ESCALATION_DAYS: DatedValue[tuple[int, int, int]] = DatedValue(
    ValueStep(_ISSUED, (15, 30, 60), "S0.3")
)
"""Days after opening at which an alert is at least yellow, orange and red."""
