"""Business months, written 2021-04."""

from datetime import date

from shared.law.calendar import month_bounds, month_of, same_day_months_later

FIRST_MONTH = "2021-04"
"""The first month with a report and a bulletin (S11.1)."""


def parts(month: str) -> tuple[int, int]:
    """Year and month as numbers."""
    return int(month[:4]), int(month[5:])


def last_day(month: str) -> date:
    """The day on which a month ends."""
    return month_bounds(month)[1]


def shift(month: str, by: int) -> str:
    """The month `by` months later (earlier when negative)."""
    return month_of(same_day_months_later(month_bounds(month)[0], by))


def year_start(month: str) -> str:
    """January of the month's year."""
    return f"{month[:4]}-01"
