"""Rules of the monthly report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.supervision.facts.indicators import INDICATORS
from services.supervision.months import FIRST_MONTH, last_day, shift
from services.supervision.report import params
from shared.domain.problems import Reason
from shared.law.calendar import CALENDAR, month_bounds
from shared.law.citing import cites


@dataclass(frozen=True, slots=True)
class Topic:
    """One subject of the month's report and bulletin."""

    code: str
    title: str
    clause: str
    indicators: tuple[str, ...]


TOPICS = (
    Topic("renovation", "棚户区改造", "S11.2", (
        "started-projects", "started-units", "started-on-time-units", "completed-units",
        "library-projects", "prohibited-projects")),
    Topic("expropriation", "房屋征收", "S11.2", (
        "programmes-opened", "programme-households", "contracts-signed", "contracts-signed-money",
        "contracts-paid", "contracts-paid-fen", "contracts-moved")),
    Topic("funding", "棚改资金筹集", "S11.2", (
        "planned-investment-fen", "invested-fen", "funds-received-fen", "funds-paid-fen")),
    Topic("overdue", "解决棚改逾期未安置问题整改", "S11.2", (
        "overdue-cases", "overdue-households", "overdue-resettled-households",
        "overdue-verified-cases")),
    Topic("housing", "住房保障", "S2.12", (
        "applications-accepted", "applications-approved", "grants-signed", "subsidy-households",
        "subsidy-payments", "subsidy-paid-fen", "subsidy-failed-payments")),
)  # fmt: skip
"""The four mandatory topics of S11.2, and housing security."""

REPORTED = tuple(code for topic in TOPICS for code in topic.indicators)

NOT_ABOVE = (
    ("started-on-time-units", "started-units"),
    ("contracts-signed-money", "contracts-signed"),
    ("contracts-paid", "contracts-signed"),
    ("contracts-moved", "contracts-paid"),
    ("funds-paid-fen", "funds-received-fen"),
    ("overdue-resettled-households", "overdue-households"),
    ("overdue-verified-cases", "overdue-cases"),
    ("subsidy-households", "subsidy-payments"),
)
"""Cumulated figures of which the first cannot be above the second."""


@dataclass(frozen=True, slots=True)
class Change:
    """A unit's own month value for an indicator, in the indicator's unit (money in fen)."""

    indicator: str
    value: Decimal
    reason: str


@cites("S11.1", "CC.203")
def due_on(month: str) -> date:
    """The last day on which the report of `month` is in time; a holiday moves it on."""
    first = month_bounds(shift(month, 1))[0]
    return CALENDAR.settle(first.replace(day=params.DUE_DAY.on(first)))


@cites("S11.1")
def is_late(month: str, on: date) -> bool:
    """Whether a report handed in on `on` is late."""
    return on > due_on(month)


@cites("S11.1")
def may_submit(month: str, on: date) -> bool:
    """A month is reported from its last day on; reports begin with April 2021."""
    return month >= FIRST_MONTH and on >= last_day(month)


@cites("S11.2")
def change_refusals(
    figures: Mapping[str, Sequence[str]], changes: Sequence[Change], pointer: str
) -> list[Reason]:
    """Every reason why these changes cannot be reported; empty when they can."""
    found: list[Reason] = []
    totals = {code: Decimal(pair[1]) for code, pair in figures.items()}
    seen: set[str] = set()
    for number, change in enumerate(changes):
        where = f"{pointer}/changes/{number}"
        if change.indicator not in REPORTED:
            found.append(
                Reason("unknown-indicator", "月报告中没有这一指标。", f"{where}/indicator", "S11.2")
            )
            continue
        if change.indicator in seen:
            found.append(
                Reason("changed-twice", "同一指标只能更改一次。", f"{where}/indicator", "S11.2")
            )
        seen.add(change.indicator)
        if not change.reason.strip():
            found.append(
                Reason(
                    "reason-missing", "更改系统汇总的数字必须说明原因。", f"{where}/reason", "S11.2"
                )
            )
        if change.value < 0 or change.value != change.value.to_integral_value():
            found.append(
                Reason(
                    "not-a-count",
                    "数值应为不小于0的整数（金额精确到分）。",
                    f"{where}/value",
                    "S11.2",
                )
            )
        month, total = (Decimal(text) for text in figures.get(change.indicator, ("0", "0")))
        totals[change.indicator] = total - month + change.value
    for part, whole in NOT_ABOVE:
        if seen & {part, whole} and totals.get(part, Decimal(0)) > totals.get(whole, Decimal(0)):
            names = f"“{INDICATORS[part].label}”累计数不能大于“{INDICATORS[whole].label}”累计数。"
            found.append(Reason("figures-contradict", names, f"{pointer}/changes", "S11.2"))
    return found
