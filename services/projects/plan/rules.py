"""The annual plan: only from the library, and only what can pay its way (S7.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shared.domain.money import yuan
from shared.domain.problems import Reason
from shared.law.citing import cites


@dataclass(frozen=True, slots=True)
class Flow:
    """Money in and out in one year, in fen."""

    year: int
    in_fen: int
    out_fen: int


@cites("S7.2")
def balances(flows: Sequence[Flow]) -> list[int]:
    """What is left at the end of each year, in fen: cum(y) = cum(y-1) + in - out."""
    left, found = 0, []
    for flow in flows:
        left += flow.in_fen - flow.out_fen
        found.append(left)
    return found


@cites("S7.2")
def balance_refusals(flows: Sequence[Flow], investment_fen: int, pointer: str) -> list[Reason]:
    """Every reason why the cash flow does not hold: each year, and over the project's life.

    The years rise, no year ends below zero, income covers spending, and spending covers the
    investment (a flow that leaves out part of the cost would always balance).
    """
    found: list[Reason] = []

    def add(code: str, detail: str, where: str = "") -> None:
        found.append(Reason(code, detail, f"{pointer}/cash_flow{where}", "S7.2"))

    years = [flow.year for flow in flows]
    if years != sorted(set(years)):
        add("years-not-rising", "现金流应按年度递增，每年一行。")
    for n, (flow, left) in enumerate(zip(flows, balances(flows), strict=True)):
        if left < 0:
            detail = f"{flow.year} 年末累计资金缺口 {yuan(-left)} 元，年度收支不平衡。"
            add("year-not-balanced", detail, f"/{n}")
    total = sum(flow.in_fen - flow.out_fen for flow in flows)
    if total < 0:
        add("life-not-balanced", f"项目全生命周期资金缺口 {yuan(-total)} 元。")
    spent = sum(flow.out_fen for flow in flows)
    if spent < investment_fen:
        add("spending-incomplete", f"现金流支出合计 {yuan(spent)} 元，低于总投资。")
    return found


@cites("S5.2", "S4.2", "S6.1")
def plan_refusals(
    year: int, renovation_year: int | None, planned_start_on: date, on: date, pointer: str
) -> list[Reason]:
    """A plan draws on the library's projects of its year, and each starts in that year."""
    found: list[Reason] = []
    if renovation_year != year:
        detail = f"项目库中的改造年度为 {renovation_year} 年，不能列入 {year} 年计划。"
        found.append(Reason("other-year", detail, f"{pointer}/id", "S4.2"))
    if planned_start_on.year != year:
        detail = f"计划开工日期应在 {year} 年内。"
        found.append(Reason("start-outside-year", detail, f"{pointer}/planned_start_on", "S6.1"))
    elif planned_start_on < on:
        detail = "计划开工日期不能早于今天。"
        found.append(Reason("start-in-past", detail, f"{pointer}/planned_start_on", "S6.1"))
    return found
