"""Clauses CC.201, CC.202, CC.203: working days and the end of periods."""

from datetime import date

import pytest

from shared.law.calendar import (
    CALENDAR,
    WorkCalendar,
    last_full_day,
    month_bounds,
    month_of,
    same_day_months_later,
)


def test_transfer_days_of_2021() -> None:
    assert CALENDAR.is_workday(date(2021, 4, 25))
    assert not CALENDAR.is_workday(date(2021, 5, 5))
    assert not CALENDAR.is_workday(date(2021, 4, 5))
    assert all(CALENDAR.is_workday(date(2021, m, d)) for m, d in ((6, 30), (11, 30), (12, 31)))


def test_the_start_day_does_not_count() -> None:
    assert last_full_day(date(2021, 4, 2), 7) == date(2021, 4, 9)
    assert CALENDAR.add_workdays(date(2021, 4, 2), 1) == date(2021, 4, 6)
    assert CALENDAR.add_workdays(date(2021, 4, 2), 0) == date(2021, 4, 2)


def test_a_period_that_ends_on_a_holiday_ends_on_the_next_working_day() -> None:
    assert CALENDAR.add_days(date(2021, 4, 20), 11) == date(2021, 5, 6)
    assert CALENDAR.months_later(date(2021, 4, 3), 6) == date(2021, 10, 8)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [(date(2021, 8, 31), 6, date(2022, 2, 28)), (date(2021, 3, 15), 6, date(2021, 9, 15)),
     (date(2019, 8, 29), 6, date(2020, 2, 29)), (date(2021, 12, 31), 1, date(2022, 1, 31))],
)  # fmt: skip
def test_same_day_or_month_end(start: date, months: int, end: date) -> None:
    assert same_day_months_later(start, months) == end


def test_overrides_win_and_unpublished_years_are_provisional() -> None:
    own = WorkCalendar({date(2021, 4, 6): False})
    assert own.settle(date(2021, 4, 5)) == date(2021, 4, 7)
    assert not CALENDAR.provisional(2021)
    assert CALENDAR.provisional(2090)


def test_months() -> None:
    assert month_of(date(2021, 4, 30)) == "2021-04"
    assert month_bounds("2021-02") == (date(2021, 2, 1), date(2021, 2, 28))
