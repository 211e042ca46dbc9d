"""The eight prohibitions, each a pure function: what stands in the way, or what lifts it.

A check always answers all eight. Three prohibitions can be lifted by evidence, the other five
cannot. A 居民楼 is never accepted without an appraisal of level D or a person's written reason.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.projects.project.kinds import (
    LABELS,
    BuildingKind,
    Cause,
    LocationKind,
    Nature,
    SiteKind,
)
from services.projects.screening import params
from shared.law.citing import cites


class Outcome(StrEnum):
    """PASS: not concerned. EXEMPT, REVIEWED: lifted by evidence, by a person's reason."""

    PASS = "pass"  # noqa: S105 - no password
    EXEMPT = "exempt"
    REVIEWED = "reviewed"
    REVIEW = "review"
    BLOCK = "block"


IN_THE_WAY = (Outcome.BLOCK, Outcome.REVIEW)


@dataclass(frozen=True, slots=True)
class House:
    """One building. `level` is the appraisal by JGJ 125 (A to D), None without an appraisal."""

    name: str
    kind: BuildingKind
    built_year: int | None
    level: str | None
    appraisal: str = ""
    """Agency and day of the appraisal, for the record."""


@dataclass(frozen=True, slots=True)
class Site:
    """What the prohibitions look at."""

    site_kind: SiteKind
    nature: Nature
    location_kind: LocationKind
    cause: Cause | None
    houses: tuple[House, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What may lift a prohibition; an empty text is no evidence.

    `criteria_document`: the county's finding that the village meets the criteria (S4.X1).
    `linked_project`, `link_reason`: the 棚改 or 公租房 project that infrastructure belongs to, and
    how (S4.X3); `link_known`: whether such a project stands in a plan.
    `review_reason`: why a person accepts old houses below level D (S4.X6).
    """

    criteria_document: str = ""
    linked_project: str = ""
    link_reason: str = ""
    link_known: bool = False
    review_reason: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one prohibition: what was found, and on what evidence."""

    clause: str
    outcome: Outcome
    basis: str
    evidence: str = ""


def _barred(clause: str, barred: bool, found: str) -> Verdict:
    if barred:
        return Verdict(clause, Outcome.BLOCK, f"{found}，禁止纳入棚户区改造。")
    return Verdict(clause, Outcome.PASS, f"{found}，不属于禁止情形。")


@cites("S4.X1")
def village_outside(site: Site, evidence: Evidence, on: date) -> Verdict:
    """城边村、城郊村 only when the county has found that they meet the criteria."""
    village = site.site_kind in (SiteKind.EDGE_VILLAGE, SiteKind.SUBURB_VILLAGE)
    if village and evidence.criteria_document:
        return Verdict(
            "S4.X1",
            Outcome.EXEMPT,
            f"{LABELS[site.site_kind]}，经认定符合条件。",
            f"认定文件 {evidence.criteria_document}",
        )
    return _barred("S4.X1", village, LABELS[site.site_kind])


@cites("S4.X2")
def rural_relocation(site: Site, evidence: Evidence, on: date) -> Verdict:
    """农村搬迁改造 never, whatever reason of urbanisation is given."""
    return _barred("S4.X2", site.nature is Nature.RURAL_RELOCATION, LABELS[site.nature])


@cites("S4.X3")
def packaged_works(site: Site, evidence: Evidence, on: date) -> Verdict:
    """房地产开发 never; infrastructure only when it belongs to a known 棚改 or 公租房 project."""
    if site.nature is Nature.INFRASTRUCTURE and evidence.link_known and evidence.link_reason:
        return Verdict(
            "S4.X3",
            Outcome.EXEMPT,
            f"与 {evidence.linked_project} 直接相关的基础设施：{evidence.link_reason}",
            f"关联项目 {evidence.linked_project}",
        )
    barred = site.nature in (Nature.REAL_ESTATE, Nature.INFRASTRUCTURE)
    return _barred("S4.X3", barred, LABELS[site.nature])


@cites("S4.X4")
def foreign_cause(site: Site, evidence: Evidence, on: date) -> Verdict:
    """Houses that come down for a road, a historic quarter or a relic never."""
    found = f"因{LABELS[site.cause]}拆迁" if site.cause else "无道路、街区、文物拆迁原因"
    return _barred("S4.X4", site.cause is not None, found)


@cites("S4.X5")
def rural_dangerous_housing(site: Site, evidence: Evidence, on: date) -> Verdict:
    """农村危房改造 never."""
    return _barred("S4.X5", site.nature is Nature.RURAL_DANGEROUS_HOUSING, LABELS[site.nature])


@cites("S4.X6")
def houses_not_dangerous(site: Site, evidence: Evidence, on: date) -> Verdict:
    """居民楼 at level D may come in; below D, or without appraisal, young ones may not.

    Old ones below D, or of unknown age, wait for a person who gives a reason.
    """
    flats = [house for house in site.houses if house.kind is BuildingKind.APARTMENT]
    below = [house for house in flats if house.level != "D"]
    young = [house for house in below if _is_young(house, on)]
    records = "；".join(f"{h.name} {h.level}级 {h.appraisal}" for h in flats if h.level)
    if young:
        basis = f"{_names(young)}房龄不长且未经鉴定达到D级，禁止纳入棚户区改造。"
        return Verdict("S4.X6", Outcome.BLOCK, basis, records)
    if below and evidence.review_reason:
        basis = f"{_names(below)}未达到D级，经人工复核纳入：{evidence.review_reason}"
        return Verdict("S4.X6", Outcome.REVIEWED, basis, records)
    if below:
        basis = f"{_names(below)}没有D级鉴定，须由办理人写明理由复核。"
        return Verdict("S4.X6", Outcome.REVIEW, basis, records)
    basis = "居民楼均经鉴定为D级危房。" if flats else "没有居民楼。"
    return Verdict("S4.X6", Outcome.PASS, basis, records)


def _is_young(house: House, on: date) -> bool:
    if house.built_year is None:
        return False
    return on.year - house.built_year < params.YOUNG_BUILDING_YEARS.on(on)


def _names(houses: Sequence[House]) -> str:
    return "、".join(house.name for house in houses)


@cites("S4.X7")
def ordinary_town(site: Site, evidence: Evidence, on: date) -> Verdict:
    """一般建制镇 never; cities, county seats, 全国重点镇 and state-owned areas may."""
    barred = site.location_kind is LocationKind.ORDINARY_TOWN
    return _barred("S4.X7", barred, f"位于{LABELS[site.location_kind]}")


@cites("S4.X8")
def embellishment(site: Site, evidence: Evidence, on: date) -> Verdict:
    """小区美化亮化、外立面整治 never."""
    barred = site.nature in (Nature.BEAUTIFICATION, Nature.FACADE_WORKS)
    return _barred("S4.X8", barred, LABELS[site.nature])


Prohibition = Callable[[Site, Evidence, date], Verdict]

PROHIBITIONS: tuple[Prohibition, ...] = (
    village_outside,
    rural_relocation,
    packaged_works,
    foreign_cause,
    rural_dangerous_housing,
    houses_not_dangerous,
    ordinary_town,
    embellishment,
)


@cites("S4.3", "S4.4")
def screen(site: Site, evidence: Evidence, on: date) -> tuple[Verdict, ...]:
    """All eight verdicts, in the order of the notice."""
    return tuple(prohibits(site, evidence, on) for prohibits in PROHIBITIONS)


def in_the_way(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts that keep a site out; empty when it may come in."""
    return tuple(verdict for verdict in verdicts if verdict.outcome in IN_THE_WAY)
