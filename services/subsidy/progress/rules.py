"""The deadline of the annual subsidy task."""

from datetime import date

from services.subsidy.progress import params
from shared.law.citing import cites


@cites("S2.12")
def task_due_on(year: int) -> date:
    """The last day on which the task of `year` is done in time."""
    month, day = params.TASK_DUE.on(date(year, 12, 31))
    return date(year, month, day)


@cites("S2.12")
def days_left(year: int, today: date) -> int:
    """Days to the deadline; negative after it."""
    return (task_due_on(year) - today).days
