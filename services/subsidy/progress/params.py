"""By when the year's task has to be done."""

from datetime import date

from shared.law.citing import DatedValue, ValueStep

TASK_DUE = DatedValue(ValueStep(date(2021, 1, 1), (11, 30), "S2.12"))
"""Month and day of the last day of the year's subsidy task."""
