"""Reading the province's table of targets."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from services.supervision.facts.indicators import TARGETED
from shared.domain.problems import Refused
from shared.domain.regions import UNITS, name_of
from shared.files.imports import RowError
from shared.law.citing import cites

FEN_PER_WAN = 1_000_000
"""Fen in ten thousand yuan."""


@cites("S0.2")
def unit_code(text: str) -> str:
    """A reporting unit's code; a district or an unknown code is refused."""
    code = text.strip()
    if code not in UNITS:
        raise Refused(
            "not-a-reporting-unit",
            "单位代码不是49个报告单位之一（各市（州）、长白山管委会、各县（市））。",
            clause="S0.2",
        )
    return code


def whole(text: str) -> Decimal:
    """A whole number that is not negative."""
    cleaned = text.strip().replace(",", "")
    if not cleaned.isascii() or not cleaned.isdigit() or len(cleaned) > 9:
        raise Refused("not-a-whole-number", "应填不小于0的整数。")
    return Decimal(cleaned)


def wan_in_fen(text: str) -> Decimal:
    """An amount in ten thousand yuan with at most two decimals, in fen."""
    try:
        amount = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        raise Refused("not-an-amount", "应填以万元为单位的金额。") from None
    fen = amount * FEN_PER_WAN
    if not amount.is_finite() or not 0 <= amount < 100_000_000 or fen != fen.to_integral_value():
        raise Refused("not-an-amount", "应填以万元为单位、不小于0的金额。")
    return fen.to_integral_value()


READERS: dict[str, tuple[str, Callable[[str], Decimal]]] = {
    "started-units": ("年度开工任务(套)", whole),
    "subsidy-households": ("租赁补贴任务(户)", whole),
    "overdue-resettled-households": ("逾期安置任务(户)", whole),
    "invested-fen": ("年度投资计划(万元)", wan_in_fen),
}
"""Indicator -> column of the table and how it is read."""


@cites("S0.2")
def table_refusals(rows: Sequence[Mapping[str, Any]], on: date) -> list[RowError]:
    """Rows that name another unit than their code, or a unit that an earlier row has."""
    found = []
    seen: set[str] = set()
    for row in rows:
        if row["name"] != name_of(row["unit"], on):
            detail = "单位名称与单位代码不一致。"
            found.append(
                RowError(row=row["row"], column="单位名称", code="name-differs", detail=detail)
            )
        elif row["unit"] in seen:
            detail = "同一单位在表中出现两次。"
            found.append(
                RowError(row=row["row"], column="单位代码", code="repeated", detail=detail)
            )
        seen.add(row["unit"])
    return found


if set(READERS) != set(TARGETED):
    raise ValueError("every targeted indicator needs its column")
