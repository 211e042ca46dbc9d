"""What a survey must hold (S4.1)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.domain.problems import Reason
from shared.domain.regions import PROVINCE, REGIONS
from shared.law.citing import cites


@dataclass(frozen=True, slots=True)
class AppraisedBuilding:
    """What is stated of one building: when it was built, and its appraisal, whole or not at all."""

    built_year: int | None
    level: str | None
    agency: str | None
    appraised_on: date | None


@dataclass(frozen=True, slots=True)
class SurveyedSite:
    """What the survey rules look at."""

    region: str
    parcel_no: str | None
    households: int
    area_sqm: Decimal
    buildings: tuple[AppraisedBuilding, ...]


@cites("S4.1")
def survey_refusals(site: SurveyedSite, on: date, pointer: str) -> list[Reason]:
    """Every reason why the survey of a site is not complete. `pointer`: the site in the request."""
    found: list[Reason] = []

    def add(code: str, detail: str, field: str) -> None:
        found.append(Reason(code, detail, f"{pointer}/{field}", "S4.1"))

    region = REGIONS.get(site.region)
    if region is None or region.code == PROVINCE or not region.valid_on(on):
        add("unknown-region", "区划代码不是当日有效的市、县（市、区）代码。", "region")
    if site.area_sqm <= 0:
        add("area-missing", "建筑面积应大于0。", "area_sqm")
    for n, building in enumerate(site.buildings):
        if building.built_year is not None and building.built_year > on.year:
            add("built-later", "建成年份不能晚于今年。", f"buildings/{n}/built_year")
        stated = (building.level, building.agency, building.appraised_on)
        if any(stated) and not all(stated):
            add(
                "appraisal-incomplete",
                "鉴定等级、鉴定机构和鉴定日期应当一并填写。",
                f"buildings/{n}/appraisal_level",
            )
        if building.appraised_on is not None and building.appraised_on > on:
            add("appraised-later", "鉴定日期不能晚于今天。", f"buildings/{n}/appraised_on")
    return found


@cites("S4.2")
def parcel_refusals(
    parcels: Sequence[tuple[str, str | None]],
    taken: Collection[tuple[str, str]],
    pointers: Sequence[str],
) -> list[Reason]:
    """A parcel of a region belongs to one project. `taken`: (region, parcel) already surveyed."""
    seen: set[tuple[str, str]] = set()
    found: list[Reason] = []
    for (region, parcel), pointer in zip(parcels, pointers, strict=True):
        if parcel is None:
            continue
        if (region, parcel) in seen or (region, parcel) in taken:
            detail = "该地块已有项目，同一地块不能重复登记。"
            found.append(Reason("parcel-taken", detail, pointer, "S4.2"))
        seen.add((region, parcel))
    return found
