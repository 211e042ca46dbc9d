"""Whether a local standard may be published."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.subsidy.standard import params
from shared.domain.problems import Reason
from shared.domain.regions import UNITS
from shared.law.calendar import month_of
from shared.law.citing import cites


@dataclass(frozen=True, slots=True)
class Proposal:
    """A standard as a unit wants to publish it, and what the unit has already done.

    `newest_from`: day of the unit's newest standard. `last_month`: newest month with a batch.
    """

    region: str
    effective_from: date
    household_cap_sqm: Decimal
    coefficients: tuple[Decimal, Decimal, Decimal]
    """Of the tiers minimum, low and middle."""
    newest_from: date | None = None
    last_month: str | None = None


@cites("J281")
def refusals(proposal: Proposal) -> list[Reason]:
    """Every reason against a standard; empty when it may be published.

    Standards only ever follow each other, so that no amount already paid changes its ground.
    """
    found: list[Reason] = []
    day = proposal.effective_from
    if proposal.region not in UNITS:
        found.append(
            Reason("not-a-reporting-unit", "补贴标准由市（州）、县（市）制定。", "/region", "J281")
        )
    if day.day != 1:
        found.append(
            Reason(
                "not-first-of-month",
                "补贴按月发放，标准应自某月1日起执行。",
                "/effective_from",
                "J281",
            )
        )
    if proposal.newest_from is not None and day <= proposal.newest_from:
        detail = f"已有自 {proposal.newest_from.isoformat()} 起执行的标准，新标准应晚于该日。"
        found.append(Reason("not-after-newest", detail, "/effective_from", "J281"))
    if proposal.last_month is not None and month_of(day) <= proposal.last_month:
        detail = f"{proposal.last_month} 已生成发放批次，新标准应自其后的月份执行。"
        found.append(Reason("month-already-paid", detail, "/effective_from", "J281"))
    cap = params.HOUSEHOLD_CAP_SQM.on(max(day, params.HOUSEHOLD_CAP_SQM.steps[0].since))
    if proposal.household_cap_sqm > cap:
        detail = f"户均补贴面积不超过{cap}平方米。"
        found.append(Reason("cap-over-limit", detail, "/household_cap_sqm", "J281"))
    minimum, low, middle = proposal.coefficients
    if not minimum >= low >= middle > 0:
        detail = "补贴应按收入分档：低保不低于低收入，低收入不低于中等偏下，均大于0。"
        found.append(Reason("tiers-not-graded", detail, "/coefficients", "J281"))
    return found
