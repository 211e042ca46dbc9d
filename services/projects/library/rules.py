"""What a project needs to stand in the 十四五 library, and how urgent it is."""

from dataclasses import dataclass
from datetime import date

from services.projects.library import params
from services.projects.project.kinds import LocationKind, SiteKind
from shared.domain.problems import Reason
from shared.law.citing import cites

STATE_OWNED = (SiteKind.MINING, SiteKind.FORESTRY, SiteKind.RECLAMATION)
PRIORITIES = {
    "P1": "老城区、国有工矿、林业、垦区棚户区",
    "P2": "五十户以上集中成片棚户区",
    "P3": "“夹馅”棚户区",
    "P0": "其他棚户区",
}


@dataclass(frozen=True, slots=True)
class Place:
    """What makes a site urgent."""

    site_kind: SiteKind
    location_kind: LocationKind
    households: int
    contiguous: bool
    traits: int


@cites("S5.3")
def is_key_area(place: Place) -> bool:
    """P1: a shantytown of the old town, or of state-owned mines, forests or reclamation land."""
    return place.location_kind is LocationKind.OLD_TOWN or place.site_kind in STATE_OWNED


@cites("S5.4")
def is_large(place: Place, on: date) -> bool:
    """P2: contiguous, with fifty households or more."""
    return place.contiguous and place.households >= params.LARGE_HOUSEHOLDS.on(on)


@cites("S5.5")
def is_enclave(place: Place, on: date) -> bool:
    """P3: enough of the six features, however few households."""
    return place.traits >= params.ENCLAVE_TRAITS.on(on)


@cites("S5.3", "S5.4", "S5.5")
def factors(place: Place, on: date) -> tuple[str, list[str]]:
    """The priority (the first factor that applies, or P0) and every factor that applies."""
    checks = {"P1": is_key_area(place), "P2": is_large(place, on), "P3": is_enclave(place, on)}
    applying = [factor for factor, applies in checks.items() if applies]
    return (applying[0] if applying else "P0"), applying


@cites("S4.2", "S5.2")
def year_refusals(year: int, on: date) -> list[Reason]:
    """The library holds the renovation years of the 十四五 plan only."""
    first, last = params.LIBRARY_YEARS.on(on)
    if first <= year <= last:
        return []
    detail = f"改造年度应在 {first} 至 {last} 年之间。"
    return [Reason("year-outside-plan", detail, "/renovation_year", "S4.2")]


@cites("S4.2")
def parcel_refusals(parcel_no: str | None, pointer: str) -> list[Reason]:
    """A project of the library stands on a known parcel."""
    if parcel_no:
        return []
    return [Reason("parcel-missing", "规划的项目要落实到地块，请先补充地块编号。", pointer, "S4.2")]
