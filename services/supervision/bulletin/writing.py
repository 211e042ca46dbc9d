"""How figures and names are written in a bulletin."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from services.supervision.months import last_day, parts

NONE = "—"
"""Printed where a figure does not exist, such as a rate without a target."""

FEN_PER_WAN = 1_000_000
_TENTH, _CENT = Decimal("0.1"), Decimal("0.01")


def count(amount: Decimal) -> str:
    """A number of units, households or cases."""
    return str(int(amount))


def wan(fen: Decimal) -> str:
    """Fen as 万元 with two decimals, half up."""
    return format((fen / FEN_PER_WAN).quantize(_CENT, ROUND_HALF_UP), "f")


def percent(part: Decimal, whole: Decimal) -> str:
    """`part` of `whole` in percent with one decimal, half up, without the sign."""
    if whole <= 0:
        return NONE
    return format((100 * part / whole).quantize(_TENTH, ROUND_HALF_UP), "f")


def with_sign(rate: str) -> str:
    """A rate with its percent sign, unless there is none."""
    return rate if rate == NONE else f"{rate}%"


def day(value: date) -> str:
    """2021年5月6日."""
    return f"{value.year}年{value.month}月{value.day}日"


def month_end(month: str) -> str:
    """截至 day of a month in running text: 4月30日."""
    value = last_day(month)
    return f"{value.month}月{value.day}日"


def month_name(month: str) -> str:
    """2021年4月."""
    year, number = parts(month)
    return f"{year}年{number}月"


def names(found: Sequence[str]) -> str:
    """Names joined as in running text."""
    return "、".join(found)
