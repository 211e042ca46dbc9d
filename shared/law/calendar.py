"""Days that count: working days of the State Council and periods of the Civil Code."""

import calendar as _months
from collections.abc import Mapping
from datetime import date, timedelta

import holidays

from shared.law.citing import cites


class WorkCalendar:
    """Working days of China. `overrides`: day -> is it worked, over the published table.

    The State Council publishes a year's transfer days in the autumn before; ask `provisional`
    before promising a working day of a later year.
    """

    def __init__(self, overrides: Mapping[date, bool] | None = None) -> None:
        self._overrides = dict(overrides or {})
        self._table = holidays.country_holidays("CN")

    def is_workday(self, day: date) -> bool:
        """Whether `day` is worked: transfer days count, statutory days off do not."""
        if day in self._overrides:
            return self._overrides[day]
        if day in self._table:
            return False
        return day.weekday() < 5 or day in self._table.weekend_workdays

    def provisional(self, year: int) -> bool:
        """Whether the transfer days of `year` are not known yet."""
        date(year, 1, 1) in self._table  # noqa: B015 - the table fills a year when it is asked
        return not any(day.year == year for day in self._table.weekend_workdays) and not any(
            day.year == year for day in self._overrides
        )

    @cites("CC.203")
    def settle(self, last: date) -> date:
        """The last day of a period: a day off moves it to the next working day."""
        while not self.is_workday(last):
            last += timedelta(days=1)
        return last

    @cites("CC.201")
    def add_workdays(self, start: date, days: int) -> date:
        """The last day of a period of `days` working days; the start day does not count."""
        day = start
        while days > 0:
            day += timedelta(days=1)
            days -= self.is_workday(day)
        return day

    @cites("CC.201", "CC.203")
    def add_days(self, start: date, days: int) -> date:
        """The last day of a period of calendar days, moved off a holiday."""
        return self.settle(last_full_day(start, days))

    @cites("CC.202", "CC.203")
    def months_later(self, start: date, months: int) -> date:
        """The last day of a period of months, moved off a holiday."""
        return self.settle(same_day_months_later(start, months))


@cites("CC.201")
def last_full_day(start: date, days: int) -> date:
    """The last of `days` full calendar days; the start day does not count (public notices)."""
    return start + timedelta(days=days)


@cites("CC.202")
def same_day_months_later(start: date, months: int) -> date:
    """The same day `months` later, or the last day of that month."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(start.day, _months.monthrange(year, month + 1)[1]))


def month_of(day: date) -> str:
    """The business month of a day, such as "2021-04"."""
    return day.isoformat()[:7]


def month_bounds(month: str) -> tuple[date, date]:
    """First and last day of "2021-04"."""
    year, number = int(month[:4]), int(month[5:7])
    return date(year, number, 1), date(year, number, _months.monthrange(year, number)[1])


CALENDAR = WorkCalendar()
"""The published calendar."""
