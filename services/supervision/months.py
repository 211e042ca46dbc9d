"""Business months, written 2021-04."""

from calendar import monthrange
from datetime import date

FIRST_MONTH = "2021-04"
"""The first month with a report and a bulletin (S11.1)."""


def month_of(day: date) -> str:
    """The month a day belongs to."""
    return f"{day.year:04d}-{day.month:02d}"


def parts(month: str) -> tuple[int, int]:
    """Year and month as numbers."""
    return int(month[:4]), int(month[5:])


def first_day(month: str) -> date:
    return date(*parts(month), 1)


def last_day(month: str) -> date:
    year, number = parts(month)
    return date(year, number, monthrange(year, number)[1])


def shift(month: str, by: int) -> str:
    """The month `by` months later (earlier when negative)."""
    year, number = parts(month)
    index = year * 12 + number - 1 + by
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def year_start(month: str) -> str:
    """January of the month's year."""
    return f"{month[:4]}-01"
