"""Rules of the reviews: what an opinion must hold, and who may not give it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from services.applications.application.categories import CATEGORIES
from shared.domain.problems import Reason
from shared.law.citing import cites

Verdict = Literal["pass", "fail"]


class ReasonCode(StrEnum):
    """Why a reviewer refuses."""

    NOT_URBAN = "not-urban"
    INCOME_OVER_LINE = "income-over-line"
    AREA_OVER_LINE = "area-over-line"
    ASSETS_OVER_LINE = "assets-over-line"
    CATEGORY_UNPROVED = "category-unproved"
    MATERIAL_FALSE = "material-false"
    GUARANTEED_ALREADY = "guaranteed-already"
    QUOTA_EXHAUSTED = "quota-exhausted"


REASONS: dict[ReasonCode, str] = {
    ReasonCode.NOT_URBAN: "不符合户籍条件",
    ReasonCode.INCOME_OVER_LINE: "家庭收入高于标准",
    ReasonCode.AREA_OVER_LINE: "住房面积不低于标准",
    ReasonCode.ASSETS_OVER_LINE: "家庭财产高于标准",
    ReasonCode.CATEGORY_UNPROVED: "所报类别缺少证明",
    ReasonCode.MATERIAL_FALSE: "隐瞒情况或材料不实",
    ReasonCode.GUARANTEED_ALREADY: "已享受其他住房保障",
    ReasonCode.QUOTA_EXHAUSTED: "本年度房源或名额已满",
}
CHECKS = {"civil_affairs": "民政", "real_estate": "不动产登记", "vehicles": "车辆"}
"""What the second review compares with other departments."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who reviewed which stage."""

    stage: int
    person: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a reviewer puts down about one household."""

    verdict: Verdict
    visited_on: date | None = None
    checks: Mapping[str, Verdict] | None = None
    reason_code: ReasonCode | None = None


@cites("S2.10")
def signature_refusals(mine: Signature, earlier: Sequence[Signature]) -> list[Reason]:
    """Three reviews, three people, three bodies: who may not sign this stage, and why."""
    others = [one for one in earlier if one.stage != mine.stage]
    found: list[Reason] = []
    if any(one.person == mine.person for one in others):
        detail = "同一人不能参加同一户的两次审核。"
        found.append(Reason("same-reviewer", detail, "", "S2.10"))
    if any(one.organisation == mine.organisation for one in others):
        detail = "同一机构不能承担同一户的两次审核。"
        found.append(Reason("same-body", detail, "", "S2.10"))
    return found


@cites("S2.10", "O11.9")
def opinion_refusals(
    stage: int, opinion: Opinion, accepted_on: date | None, on: date
) -> list[Reason]:
    """What an opinion lacks: the home visit (stage 1), the checks (stage 2), reasons for a no."""
    found: list[Reason] = []
    if stage == 1:
        if opinion.visited_on is None:
            detail = "初审应当入户调查，请填写入户日期。"
            found.append(Reason("visit-missing", detail, "/visited_on", "S2.10"))
        elif not (accepted_on or on) <= opinion.visited_on <= on:
            detail = "入户日期应在受理之日至今日之间。"
            found.append(Reason("visit-day", detail, "/visited_on", "S2.10"))
    if stage == 2:
        if opinion.checks is None:
            detail = f"复审应当联审核对：{'、'.join(CHECKS.values())}。"
            found.append(Reason("checks-missing", detail, "/checks", "S2.10"))
        elif opinion.verdict == "pass" and "fail" in opinion.checks.values():
            failed = [CHECKS[name] for name, one in opinion.checks.items() if one == "fail"]
            detail = f"{'、'.join(failed)}核对未通过，不能签署通过意见。"
            found.append(Reason("check-failed", detail, "/checks", "S2.10"))
    if opinion.verdict == "fail" and opinion.reason_code is None:
        detail = "不予通过应当写明原因，书面告知申请人。"
        found.append(Reason("reason-missing", detail, "/reason_code", "O11.9"))
    if opinion.verdict == "pass" and opinion.reason_code is not None:
        detail = "通过的意见不应填写不予通过的原因。"
        found.append(Reason("reason-unexpected", detail, "/reason_code", "O11.9"))
    return found


@cites("S2.5")
def quota_refusals(reason_code: ReasonCode | None, categories: Collection[str]) -> list[Reason]:
    """No quota stands against 低保 and 低收入 households: 应保尽保."""
    if reason_code is not ReasonCode.QUOTA_EXHAUSTED:
        return []
    held = [CATEGORIES[code] for code in categories if CATEGORIES[code].tier != "middle"]
    return [
        Reason(
            "quota-not-applicable",
            f"{one.label}依申请应保尽保，不得以房源或名额已满为由不予通过。",
            "/reason_code",
            "S2.5",
        )
        for one in held[:1]
    ]
