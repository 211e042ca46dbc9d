"""Reward tiers: who signs earlier never gets less (先签约先受益)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any

from services.expropriation.compensation.rules import CalculationStep
from shared.domain.money import round_half_up, yuan
from shared.domain.problems import Reason
from shared.law.citing import cites


class RewardKind(StrEnum):
    """How a tier's value is read: yuan, yuan per square metre, or percent of the house value."""

    FIXED = "fixed"
    PER_SQM = "per_sqm"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class RewardTier:
    """The reward of days `from_day` to `to_day` of the signing period; day 1 is its first day."""

    from_day: int
    to_day: int
    kind: RewardKind
    value: Decimal
    cap_fen: int | None = None

    def stored(self) -> dict[str, Any]:
        """The tier as JSON, for the programme's row."""
        return {
            "from_day": self.from_day,
            "to_day": self.to_day,
            "kind": str(self.kind),
            "value": str(self.value),
            "cap_fen": self.cap_fen,
        }

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "RewardTier":
        """The tier that `stored` made."""
        return cls(
            **{**stored, "kind": RewardKind(stored["kind"]), "value": Decimal(stored["value"])}
        )


@cites("S8.7")
def tier_faults(tiers: Sequence[RewardTier], period_days: int) -> tuple[Reason, ...]:
    """Why these tiers may not be published; pointers are relative to the terms.

    Tiers of one kind follow each other from day 1 without a gap, within the period, and neither
    value nor cap ever grows: so no house gets more for signing later.
    """
    faults = []

    def fault(n: int, field: str, code: str, detail: str) -> None:
        faults.append(Reason(code, detail, f"/tiers/{n}/{field}", "S8.7"))

    for n, tier in enumerate(tiers):
        if tier.to_day < tier.from_day:
            fault(n, "to_day", "tier-days", "截止日不得早于起始日")
        if tier.to_day > period_days:
            fault(n, "to_day", "tier-beyond-period", f"超出签约期，签约期共 {period_days} 天")
        if tier.kind is RewardKind.PERCENT and tier.value > 100:
            fault(n, "value", "tier-value", "奖励比例不得超过百分之一百")
        if tier.kind is RewardKind.FIXED and tier.value != round(tier.value, 2):
            fault(n, "value", "tier-value", "奖励金额最多两位小数")
    if tiers and tiers[0].from_day != 1:
        fault(0, "from_day", "tier-gap", "第一档应从签约期第 1 天开始")
    for n, (earlier, later) in enumerate(pairwise(tiers), start=1):
        if later.from_day != earlier.to_day + 1:
            fault(n, "from_day", "tier-gap", f"应紧接上一档，从第 {earlier.to_day + 1} 天开始")
        if later.kind is not earlier.kind:
            fault(n, "kind", "tier-kinds", "各档应采用同一种奖励方式，否则无法保证先签约先受益")
        elif later.value > earlier.value:
            fault(n, "value", "tier-grows", "后签约的奖励不得高于先签约的")
        if earlier.cap_fen is not None and (
            later.cap_fen is None or later.cap_fen > earlier.cap_fen
        ):
            fault(n, "cap_yuan", "tier-grows", "后签约的奖励上限不得高于先签约的")
    return tuple(faults)


@cites("S8.6", "S8.7")
def reward(
    tiers: Sequence[RewardTier], day: int, area_sqm: Decimal, house_value_fen: int
) -> CalculationStep:
    """The reward for signing on day `day` of the period; nought after the last tier."""
    tier = next((t for t in tiers if t.from_day <= day <= t.to_day), None)
    if tier is None:
        return CalculationStep("signing-reward", "签约奖励", f"签约期第 {day} 天，无奖励", 0)
    rate = tier.value.normalize()
    fen, working = {
        RewardKind.FIXED: (tier.value * 100, f"每户 {rate:f} 元"),
        RewardKind.PER_SQM: (
            area_sqm * tier.value * 100,
            f"{area_sqm} 平方米 × {rate:f} 元/平方米",
        ),
        RewardKind.PERCENT: (
            house_value_fen * tier.value / 100,
            f"房屋价值 {yuan(house_value_fen)} 元 × {rate:f}%",
        ),
    }[tier.kind]
    amount = round_half_up(fen)
    if tier.cap_fen is not None and amount > tier.cap_fen:
        amount, working = tier.cap_fen, f"{working}，上限 {yuan(tier.cap_fen)} 元"
    return CalculationStep("signing-reward", "签约奖励", f"签约期第 {day} 天：{working}", amount)
