"""What a household gets a month: the canonical formula, with every step written down.

area = max(0, min(per-capita area × counted persons, household cap) − own area)
amount = area × unit price × coefficient of the tier, rounded half up to fen;
then not above the rent where the unit caps at rent; then not below the unit's floor.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shared.domain.money import fen, round_half_up, yuan
from shared.law.citing import cites

StoredStep = dict[str, str]
"""One term: `term`, `label`, `value`, `source`."""

APPLICATION = "申请核准结果"
LEASE = "住房租赁合同"


@dataclass(frozen=True, slots=True)
class HouseholdFacts:
    """What is known of a household. `own_area_sqm` and `rent_fen` are of the whole household."""

    size: int
    own_area_sqm: Decimal
    tier: str
    rent_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What the local standard says; `counted_persons` where a size counts otherwise."""

    document_no: str
    per_capita_sqm: Decimal
    household_cap_sqm: Decimal
    unit_price_fen: int
    coefficients: Mapping[str, Decimal]
    counted_persons: Mapping[int, Decimal]
    cap_at_rent: bool = False
    floor_fen: int = 0


@dataclass(frozen=True, slots=True)
class CalculatedAmount:
    """The amount and how it came about."""

    monthly_fen: int
    steps: list[StoredStep]


def _text(value: Decimal) -> str:
    return format(value, "f")


@cites("J281", "S2.9")
def monthly_amount(household: HouseholdFacts, terms: Terms) -> CalculatedAmount:
    """The monthly subsidy of a household in fen, with its worked steps.

    An unknown rent does not cap: it is asked for when the agreement is signed.
    """
    persons = terms.counted_persons.get(household.size, Decimal(household.size))
    coefficient = terms.coefficients[household.tier]
    guaranteed = min(terms.per_capita_sqm * persons, terms.household_cap_sqm)
    area = max(Decimal(0), guaranteed - household.own_area_sqm)
    computed = round_half_up(area * terms.unit_price_fen * coefficient)
    capped = computed
    if terms.cap_at_rent and household.rent_fen is not None:
        capped = min(computed, household.rent_fen)
    monthly = max(capped, terms.floor_fen) if area > 0 else 0
    rent = "" if household.rent_fen is None else yuan(household.rent_fen)
    document = terms.document_no
    caps = "true" if terms.cap_at_rent else "false"
    lines = (
        ("household_size", "家庭人口", str(household.size), APPLICATION),
        ("own_area_sqm", "自有住房面积（㎡）", _text(household.own_area_sqm), APPLICATION),
        ("tier", "收入档次", household.tier, APPLICATION),
        ("per_capita_sqm", "人均补贴面积（㎡）", _text(terms.per_capita_sqm), document),
        ("counted_persons", "计算人数", _text(persons), document),
        ("household_cap_sqm", "每户补贴面积上限（㎡）", _text(terms.household_cap_sqm), document),
        ("unit_price_yuan", "每平方米每月补贴（元）", yuan(terms.unit_price_fen), document),
        ("coefficient", "分档系数", _text(coefficient), document),
        ("cap_at_rent", "补贴不超过实际租金", caps, document),
        ("floor_yuan", "每户每月最低补贴（元）", yuan(terms.floor_fen), document),
        ("rent_yuan", "合同月租金（元）", rent, LEASE),
        ("guaranteed_sqm", "保障面积（㎡）", _text(guaranteed), "min(人均补贴面积×计算人数, 上限)"),
        ("area_sqm", "补贴面积（㎡）", _text(area), "max(0, 保障面积−自有住房面积)"),
        ("computed_yuan", "计算额（元）", yuan(computed), "补贴面积×单价×系数，四舍五入到分"),
        ("capped_yuan", "租金限额后（元）", yuan(capped), "min(计算额, 合同月租金)，当地规定时"),
        ("monthly_yuan", "月补贴额（元）", yuan(monthly), "max(限额后, 最低补贴)，面积为0时为0"),
    )  # fmt: skip
    keys = ("term", "label", "value", "source")
    return CalculatedAmount(monthly, [dict(zip(keys, line, strict=True)) for line in lines])


def rework(steps: Sequence[StoredStep]) -> CalculatedAmount:
    """Work the amount out again from the given terms among the stored steps alone."""
    given = {step["term"]: step["value"] for step in steps}
    document = next(step["source"] for step in steps if step["term"] == "per_capita_sqm")
    size, tier = int(given["household_size"]), given["tier"]
    return monthly_amount(
        HouseholdFacts(
            size,
            Decimal(given["own_area_sqm"]),
            tier,
            fen(given["rent_yuan"]) if given["rent_yuan"] else None,
        ),
        Terms(
            document_no=document,
            per_capita_sqm=Decimal(given["per_capita_sqm"]),
            household_cap_sqm=Decimal(given["household_cap_sqm"]),
            unit_price_fen=fen(given["unit_price_yuan"]),
            coefficients={tier: Decimal(given["coefficient"])},
            counted_persons={size: Decimal(given["counted_persons"])},
            cap_at_rent=given["cap_at_rent"] == "true",
            floor_fen=fen(given["floor_yuan"]),
        ),
    )
