"""Rules of the application: what a file must hold, which tier it has, what speaks against it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal

from services.applications.application.categories import CATEGORIES, TIERS, Tier
from shared.domain.money import yuan
from shared.domain.problems import Reason, Refused
from shared.law.citing import cites


@dataclass(frozen=True, slots=True)
class Filing:
    """A household's file as handed in, each value already read. Identity stays out of repr."""

    name: str = field(repr=False)
    id_no: str = field(repr=False)
    phone: str = field(repr=False)
    hukou_region: str
    urban_hukou: bool
    categories: tuple[str, ...]
    household_size: int
    monthly_income_fen: int
    own_area_sqm: Decimal
    mode: str
    consent: bool
    members: tuple[str, ...] = field(default=(), repr=False)
    """Id numbers of the other members, as far as they have one."""


@cites("O11.8")
def filing_refusals(filing: Filing) -> list[Reason]:
    """Every reason why the file cannot be taken in; pointers name the field of the request."""
    found: list[Reason] = []
    if not filing.consent:
        detail = "申请人应当同意对申报材料进行核查。"
        found.append(Reason("consent-missing", detail, "/consent", "O11.8"))
    if len({filing.id_no, *filing.members}) <= len(filing.members):
        found.append(
            Reason(
                "member-repeated", "家庭成员证件号码有重复，或与申请人相同。", "/members", "O11.8"
            )
        )
    if len(filing.members) >= filing.household_size:
        found.append(
            Reason(
                "more-members-than-size", "家庭成员多于所填家庭人口。", "/household_size", "O11.8"
            )
        )
    return found


@cites("S2.1")
def category_code(text: str) -> str:
    """A category as the notice names it; anything else is refused."""
    found = next((code for code in CATEGORIES if code.lower() == text.strip().lower()), None)
    if found is None:
        raise Refused("category-unknown", "保障对象类别不在规定范围内（C01至C15）。", clause="S2.1")
    return found


@cites("S2.1")
def tier_of(categories: Collection[str]) -> Tier:
    """The income tier; of several categories the most favourable one wins."""
    held = {CATEGORIES[code].tier for code in categories}
    return next(tier for tier in TIERS if tier in held)


@dataclass(frozen=True, slots=True)
class EligibilityLine:
    """A unit's eligibility standard: income per head in fen (at most), area per head (below)."""

    income_fen: int
    area_sqm: Decimal


@dataclass(frozen=True, slots=True)
class Household:
    """What eligibility is judged by."""

    size: int
    urban_hukou: bool
    categories: tuple[str, ...]
    monthly_income_fen: int
    own_area_sqm: Decimal


@cites("S1.3")
def eligibility(home: Household, line: EligibilityLine | None) -> list[Reason]:
    """What speaks against the household: warnings for the reviewers, never a refusal by itself.

    Urban households poor in both housing and income (双困). All reasons, not the first; empty means
    eligible. Without a published standard the lines cannot be checked, and the warning says so.
    """
    found: list[Reason] = []
    if not home.urban_hukou and all(CATEGORIES[c].needs_urban_hukou for c in home.categories):
        found.append(Reason("not-urban", "所报类别要求城镇户籍。", "/urban_hukou", "S1.3"))
    if line is None:
        found.append(Reason("standard-missing", "本地尚未公布准入标准，无法比对。", "", "S2.1"))
        return found
    if home.monthly_income_fen > line.income_fen * home.size:
        detail = f"人均月收入高于准入线 {yuan(line.income_fen)} 元。"
        found.append(Reason("income-over-line", detail, "/monthly_income_yuan", "S1.3"))
    if home.own_area_sqm >= line.area_sqm * home.size:
        detail = f"人均住房面积不低于准入线 {line.area_sqm:f} 平方米。"
        found.append(Reason("area-over-line", detail, "/own_area_sqm", "S1.3"))
    return found
