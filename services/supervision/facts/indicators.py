"""The indicators: what is counted, and what each event adds to it.

This is the only place where an event becomes a figure. Whoever holds the events of the services
gets every published figure again with `facts_of` and a sum.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from shared.contracts import applications, expropriation, projects, subsidy
from shared.contracts.base import Event
from shared.domain.money import yuan
from shared.law.calendar import month_of
from shared.law.citing import cite


def plain(amount: Decimal) -> str:
    """An amount without needless zeros: the form that is stored and hashed. Money is in fen."""
    return format(amount.normalize(), "f") if amount else "0"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One counted quantity. Amounts of money are in fen (`unit` is then 元 and `money` true).

    `span`: what "cumulative" means, from January of the year or from the first fact on.
    `distinct_of`: not a sum but the number of different objects in that indicator's facts.
    """

    code: str
    label: str
    unit: str
    span: Literal["year", "all"] = "year"
    money: bool = False
    distinct_of: str = ""

    def written(self, amount: Decimal) -> str:
        """An amount as interfaces give it: a yuan string for money, else a whole number."""
        return yuan(int(amount)) if self.money else str(int(amount))


_COUNTED = (
    Indicator("applications-submitted", "住房保障申请", "户"),
    Indicator("applications-accepted", "受理住房保障申请", "户"),
    Indicator("applications-approved", "核准住房保障资格", "户"),
    Indicator("applications-approved-subsidy", "核准租赁补贴", "户"),
    Indicator("applications-approved-unit", "核准实物配租", "户"),
    Indicator("applications-rejected", "不予核准", "户"),
    Indicator("applications-withdrawn", "撤回申请", "户"),
    Indicator("applications-ended", "终止保障", "户"),
    Indicator("objections-raised", "公示异议", "件"),
    Indicator("objections-upheld", "公示异议成立", "件"),
    Indicator("grants-opened", "核定租赁补贴", "户"),
    Indicator("grants-signed", "签订租赁补贴协议", "户"),
    Indicator("grants-stopped", "停发租赁补贴", "户"),
    Indicator("subsidy-payments", "发放租赁补贴", "户次"),
    Indicator("subsidy-paid-fen", "发放租赁补贴金额", "元", money=True),
    Indicator("subsidy-failed-payments", "银行退回租赁补贴", "笔"),
    Indicator("subsidy-reissued-payments", "补发租赁补贴", "笔"),
    Indicator("subsidy-households", "领取租赁补贴家庭", "户", distinct_of="subsidy-payments"),
    Indicator("surveyed-projects", "摸底棚户区地块", "个", "all"),
    Indicator("surveyed-households", "摸底棚户区居民", "户", "all"),
    Indicator("prohibited-projects", "不予纳入项目", "个", "all"),
    Indicator("library-projects", "入库项目", "个", "all"),
    Indicator("library-households", "入库项目居民", "户", "all"),
    Indicator("planned-projects", "列入计划项目", "个"),
    Indicator("planned-units", "计划开工", "套"),
    Indicator("planned-investment-fen", "计划投资", "元", money=True),
    Indicator("started-projects", "新开工项目", "个"),
    Indicator("started-units", "新开工", "套"),
    Indicator("started-on-time-units", "按期开工", "套"),
    Indicator("completed-units", "基本建成", "套"),
    Indicator("invested-fen", "完成投资", "元", money=True),
    Indicator("funds-received-fen", "到位资金", "元", money=True),
    Indicator("funds-paid-fen", "支付资金", "元", money=True),
    Indicator("overdue-cases", "逾期未安置项目", "个", "all"),
    Indicator("overdue-households", "逾期未安置居民", "户", "all"),
    Indicator("overdue-resettled-households", "逾期未安置居民已安置", "户", "all"),
    Indicator("overdue-verified-cases", "销号项目", "个", "all"),
    Indicator("programmes-opened", "征收项目", "个", "all"),
    Indicator("programme-households", "征收涉及居民", "户", "all"),
    Indicator("contracts-drafted", "登记评估", "户", "all"),
    Indicator("contracts-signed", "签订补偿协议", "户", "all"),
    Indicator("contracts-signed-money", "选择货币补偿", "户", "all"),
    Indicator("contracts-signed-exchange", "选择产权调换", "户", "all"),
    Indicator("contracts-signed-fen", "协议补偿金额", "元", "all", money=True),
    Indicator("contracts-reward-fen", "协议奖励金额", "元", "all", money=True),
    Indicator("contracts-paid", "支付补偿", "户", "all"),
    Indicator("contracts-paid-fen", "支付补偿金额", "元", "all", money=True),
    Indicator("contracts-moved", "完成搬迁", "户", "all"),
)  # fmt: skip

INDICATORS: dict[str, Indicator] = {indicator.code: indicator for indicator in _COUNTED}

TARGETED = {
    "started-units": "S6.6",
    "subsidy-households": "S2.12",
    "overdue-resettled-households": "S9.3c",
    "invested-fen": "S0.3",
}
"""Indicators with an annual target, and the clause the target rests on."""

for _code, _clause in TARGETED.items():
    cite(f"services.supervision.facts.indicators.{_code}", _clause)


class Fact(NamedTuple):
    """What one event says about one indicator; `counted` is the object of a distinct count."""

    indicator: str
    month: str
    amount: Decimal
    counted: str = ""


Amount = Callable[[Any], int | Decimal]


def _one(_: Any) -> int:
    return 1


@dataclass(frozen=True, slots=True)
class _Contribution:
    indicator: str
    amount: Amount = _one
    counted: Callable[[Any], str] | None = None


def _if(test: Callable[[Any], bool], amount: Amount = _one) -> Amount:
    return lambda event: amount(event) if test(event) else 0


def _field(name: str) -> Amount:
    return lambda event: getattr(event, name)


_TABLE: dict[type[Event], tuple[_Contribution, ...]] = {
    applications.ApplicationSubmitted: (_Contribution("applications-submitted"),),
    applications.ApplicationAccepted: (_Contribution("applications-accepted"),),
    applications.ApplicationApproved: (
        _Contribution("applications-approved"),
        _Contribution("applications-approved-subsidy", _if(lambda e: e.mode == "subsidy")),
        _Contribution("applications-approved-unit", _if(lambda e: e.mode == "unit")),
    ),
    applications.ApplicationRejected: (_Contribution("applications-rejected"),),
    applications.ApplicationWithdrawn: (_Contribution("applications-withdrawn"),),
    applications.ApplicationEnded: (_Contribution("applications-ended"),),
    applications.ApplicationObjectionRaised: (_Contribution("objections-raised"),),
    applications.ApplicationObjectionDecided: (
        _Contribution("objections-upheld", _if(lambda e: e.upheld)),
    ),
    subsidy.GrantOpened: (_Contribution("grants-opened"),),
    subsidy.GrantSigned: (_Contribution("grants-signed"),),
    subsidy.GrantStopped: (_Contribution("grants-stopped"),),
    subsidy.PaymentPaid: (
        _Contribution("subsidy-payments", counted=lambda e: str(e.grant_id)),
        _Contribution("subsidy-paid-fen", _field("amount_fen")),
    ),
    subsidy.PaymentFailed: (_Contribution("subsidy-failed-payments"),),
    subsidy.PaymentReissued: (_Contribution("subsidy-reissued-payments"),),
    projects.ProjectSurveyed: (
        _Contribution("surveyed-projects"),
        _Contribution("surveyed-households", _field("households")),
    ),
    projects.ProjectCorrected: (_Contribution("surveyed-households", _field("households_change")),),
    projects.ProjectProhibited: (_Contribution("prohibited-projects"),),
    projects.ProjectEnteredLibrary: (
        _Contribution("library-projects"),
        _Contribution("library-households", _field("households")),
    ),
    projects.ProjectPlanned: (
        _Contribution("planned-projects"),
        _Contribution("planned-units", _field("units")),
        _Contribution("planned-investment-fen", _field("investment_fen")),
    ),
    projects.ProjectStarted: (
        _Contribution("started-projects"),
        _Contribution("started-units", _field("units")),
        _Contribution(
            "started-on-time-units",
            _if(lambda e: e.started_on <= e.planned_start_on, _field("units")),
        ),
    ),
    projects.ProjectProgressed: (
        _Contribution("completed-units", _field("completed_units")),
        _Contribution("invested-fen", _field("invested_fen")),
        _Contribution("funds-received-fen", _field("funds_received_fen")),
        _Contribution("funds-paid-fen", _field("funds_paid_fen")),
    ),
    projects.OverdueCaseRegistered: (
        _Contribution("overdue-cases"),
        _Contribution("overdue-households", _field("households")),
    ),
    projects.OverdueHouseholdsResettled: (
        _Contribution("overdue-resettled-households", _field("households")),
    ),
    projects.OverdueCaseStruckOff: (_Contribution("overdue-verified-cases"),),
    expropriation.ProgrammeOpened: (
        _Contribution("programmes-opened"),
        _Contribution("programme-households", _field("households")),
    ),
    expropriation.ContractDrafted: (_Contribution("contracts-drafted"),),
    expropriation.ContractSigned: (
        _Contribution("contracts-signed"),
        _Contribution("contracts-signed-money", _if(lambda e: e.mode == "money")),
        _Contribution("contracts-signed-exchange", _if(lambda e: e.mode == "exchange")),
        _Contribution("contracts-signed-fen", _field("compensation_fen")),
        _Contribution("contracts-reward-fen", _field("reward_fen")),
    ),
    expropriation.ContractPaid: (
        _Contribution("contracts-paid"),
        _Contribution("contracts-paid-fen", _field("amount_fen")),
    ),
    expropriation.ContractVacated: (_Contribution("contracts-moved"),),
}

COUNTED_EVENTS: tuple[type[Event], ...] = tuple(_TABLE)
"""The events that become facts."""

_NAMING_MONTHS = frozenset(kind for kind in COUNTED_EVENTS if "month" in kind.model_fields)


def day_of(event: Event) -> date:
    """The business day of a counted event."""
    day: date = event.on  # type: ignore[attr-defined]
    return day


def facts_of(event: Event) -> list[Fact]:
    """The facts in one event; amounts of nought are left out.

    The month is the one the event names (payments, monthly progress), else that of its day `on`.
    """
    kind = type(event)
    month = event.month if kind in _NAMING_MONTHS else month_of(day_of(event))  # type: ignore[attr-defined]
    found = []
    for says in _TABLE.get(kind, ()):
        amount = Decimal(says.amount(event))
        if amount:
            counted = says.counted(event) if says.counted else ""
            found.append(Fact(says.indicator, month, amount, counted))
    return found
