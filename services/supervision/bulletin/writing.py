"""How figures and names are written in a bulletin."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from services.supervision.months import last_day, parts
from shared.domain import money

NONE = "—"
"""Printed where a figure does not exist, such as a rate without a target."""

_TENTH = Decimal("0.1")


def count(amount: Decimal) -> str:
    """A number of units, households or cases."""
    return str(int(amount))


def wan(fen: Decimal) -> str:
    """Fen as 万元 with two decimals, half up."""
    return money.wan(int(fen))


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


def document_no(month: str, number: int) -> str:
    """月通报〔2021〕第1期."""
    return f"月通报〔{parts(month)[0]}〕第{number}期"


def title(month: str) -> str:
    """The title of a month's bulletin."""
    return f"关于{month_name(month)}全省住房保障和棚户区改造工作进展情况的通报"


def names(found: Sequence[str]) -> str:
    """Names joined as in running text."""
    return "、".join(found)
