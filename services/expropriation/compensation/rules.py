"""The compensation of one property: every figure with the working that leads to it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from shared.domain.money import round_half_up, yuan
from shared.law.citing import cites

Mode = Literal["money", "exchange"]
"""货币补偿 or 产权调换."""


@dataclass(frozen=True, slots=True)
class Standards:
    """The published standards of a programme. The transition fee is per square metre and month."""

    unit_price_fen: int
    moving_fee_fen: int = 0
    transition_fee_fen: int = 0
    transition_months: int = 0


@dataclass(frozen=True, slots=True)
class WorkedStep:
    """One line of a calculation, as the owner reads it."""

    code: str
    label: str
    working: str
    fen: int

    def stored(self) -> dict[str, Any]:
        """The step as JSON, for the contract's row."""
        return {"code": self.code, "label": self.label, "working": self.working, "fen": self.fen}


@cites("S8.6")
def house_value_fen(area_sqm: Decimal, unit_price_fen: int) -> int:
    """Area × unit price, rounded half up to the fen."""
    return round_half_up(area_sqm * unit_price_fen)


@cites("S8.6", "R590.25")
def compensation(standards: Standards, area_sqm: Decimal, mode: Mode) -> tuple[WorkedStep, ...]:
    """House value, moving fee and, for who waits for an exchanged home, the transition fee.

    A fee that the programme does not know is no step.
    """
    price = standards.unit_price_fen
    steps = [
        WorkedStep(
            "house-value",
            "房屋价值补偿",
            f"{area_sqm} 平方米 × {yuan(price)} 元/平方米",
            house_value_fen(area_sqm, price),
        )
    ]
    if fee := standards.moving_fee_fen:
        steps.append(WorkedStep("moving-fee", "搬迁费", f"每户 {yuan(fee)} 元", fee))
    fee, months = standards.transition_fee_fen, standards.transition_months
    if mode == "exchange" and fee and months:
        steps.append(
            WorkedStep(
                "transition-fee",
                "临时安置费",
                f"{area_sqm} 平方米 × {yuan(fee)} 元/平方米·月 × {months} 个月",
                round_half_up(area_sqm * fee * months),
            )
        )
    return tuple(steps)
