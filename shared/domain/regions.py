"""Divisions, who reports for whom, and how far a post reaches.

A region has two parents: the one of GB/T 2260 and the one it reports to.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache

from shared.domain import region_table as table
from shared.domain.problems import Refused
from shared.law.citing import cites

PROVINCE = "220000"
COMMITTEE = "229900"
"""长白山管委会."""


class RegionKind(StrEnum):
    """What a division is."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY_CITY = "county-city"
    COUNTY = "county"
    DISTRICT = "district"
    COMMITTEE = "committee"


@dataclass(frozen=True, slots=True)
class Region:
    """One division. `official`: the code is one of GB/T 2260.

    `parent` is the statistical parent, `report_to` the body it reports to; `addressee`: the
    notice is addressed to it (S0.2). Valid from `valid_from` up to, not including, `valid_to`.
    """

    code: str
    name: str
    parent: str
    kind: RegionKind
    report_to: str
    addressee: bool
    valid_from: date = date(2000, 1, 1)
    valid_to: date | None = None
    official: bool = True
    successor: str = ""

    def valid_on(self, day: date) -> bool:
        """Whether the division exists on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def _pairs(text: str) -> list[tuple[str, str]]:
    words = text.split()
    return list(zip(words[::2], words[1::2], strict=True))


def _build() -> dict[str, Region]:
    since = {successor: day for _, _, successor, day in table.MOVED.values()}
    found = [Region(PROVINCE, "吉林省", "", RegionKind.PROVINCE, "", False)]
    for code, name in _pairs(table.PREFECTURE):
        found.append(Region(code, name, PROVINCE, RegionKind.PREFECTURE, PROVINCE, True))
    for kind, text in (
        (RegionKind.COUNTY_CITY, table.COUNTY_CITY),
        (RegionKind.COUNTY, table.COUNTY),
        (RegionKind.DISTRICT, table.DISTRICT),
    ):
        for code, name in _pairs(text):
            parent = f"{code[:4]}00"
            upper = PROVINCE if code in table.REPORT_TO_PROVINCE else parent
            addressee = kind is not RegionKind.DISTRICT
            first = since.get(code, date(2000, 1, 1))
            found.append(Region(code, name, parent, kind, upper, addressee, valid_from=first))
    for code, (name, parent, successor, day) in table.MOVED.items():
        kind = next(r.kind for r in found if r.code == successor)
        found.append(
            Region(code, name, parent, kind, parent, True, valid_to=day, successor=successor)
        )
    for code, name in _pairs(table.COMMITTEE):
        kind = RegionKind.COMMITTEE
        found.append(Region(code, name, PROVINCE, kind, PROVINCE, True, official=False))
    return {region.code: region for region in sorted(found, key=lambda r: r.code)}


REGIONS: dict[str, Region] = _build()
"""Code -> region, in the order of GB/T 2260, former ones included; the committee comes last."""

UNITS: tuple[str, ...] = tuple(
    code for code, region in REGIONS.items() if region.addressee and not region.valid_to
)
"""The 49 reporting units (S0.2): 9 cities and the prefecture, 39 counties, the committee last."""


def region(code: str, on: date | None = None) -> Region:
    """The region of `code`, which must exist on `on`; without a day it must still exist.

    Raises `Refused` ("unknown-region", "region-not-in-force").
    """
    found = REGIONS.get(code)
    if found is None:
        raise Refused("unknown-region", "区划代码不在吉林省区划表中。")
    if found.valid_to is not None if on is None else not found.valid_on(on):
        hint = f"，现为 {found.successor}" if found.successor else ""
        raise Refused("region-not-in-force", f"区划代码 {code}（{found.name}）当日无效{hint}。")
    return found


def name_of(code: str, on: date | None = None) -> str:
    """The name, such as 南关区. Former codes have their former name unless a day is given."""
    return REGIONS[code].name if on is None and code in REGIONS else region(code, on).name


def full_name_of(code: str) -> str:
    """The name with the city before it, such as 长春市南关区."""
    found = REGIONS[code]
    upper = REGIONS.get(found.parent)
    return found.name if upper is None or upper.code == PROVINCE else upper.name + found.name


def successor(code: str, on: date) -> str:
    """The code that `code` has on `on`: 220381 is 220184 since 2020-06-19."""
    found = REGIONS.get(code)
    while found is not None and found.valid_to is not None and on >= found.valid_to:
        found = REGIONS[found.successor]
    return region(found.code if found else code, on).code


@cites("S0.2")
@lru_cache(maxsize=10_000)
def unit_of(code: str, on: date) -> str:
    """The unit that reports for a region on `on`: a district's city, any other unit itself.

    The province itself is answered with its own code: it issues, it does not report.
    """
    found = REGIONS[successor(code, on)]
    return found.report_to if found.kind is RegionKind.DISTRICT else found.code


@cache
def units_on(on: date) -> dict[str, str]:
    """Region -> the unit that reports for it on `on`, for every region that is known."""
    return {code: unit_of(code, on) for code in REGIONS}


@cache
def offices_of(unit: str, on: date) -> tuple[str, ...]:
    """The regions whose own offices report through `unit`: a city's districts, or the unit."""
    region(unit, on)
    districts = tuple(
        r.code
        for r in REGIONS.values()
        if r.kind is RegionKind.DISTRICT and r.report_to == unit and r.valid_on(on)
    )
    return districts or (unit,)


def regions_of(unit: str, on: date) -> tuple[str, ...]:
    """Every region code whose figures belong to `unit`: the unit and its districts."""
    return tuple(dict.fromkeys((unit, *offices_of(unit, on))))


@cache
def reach_of(code: str) -> tuple[tuple[str, str], ...]:
    """Half-open ranges of codes that a post in `code` may see, for "C"-collated columns.

    The province sees all; a prefecture its codes without those that report elsewhere (220581)
    or have moved away (220381), which go to their successor; any other region itself.
    """
    found = region(code)
    if found.kind is RegionKind.PROVINCE:
        return (("220000", "230000"),)
    below = {code}
    if found.kind is RegionKind.PREFECTURE:
        below |= {r.code for r in REGIONS.values() if r.report_to == code and not r.valid_to}
    former = {r.code for r in REGIONS.values() if r.successor in below}
    if found.kind is not RegionKind.PREFECTURE:
        return tuple((c, next_code(c)) for c in sorted(below | former))
    outside = sorted(r for r in REGIONS if r[:4] == code[:4] and r not in below | former)
    ranges, start, end = [], code, f"{int(code[:4]) + 1}00"
    for gap in outside:
        ranges.append((start, gap))
        start = next_code(gap)
    ranges.append((start, end))
    ranges += [(c, next_code(c)) for c in sorted(former) if c[:4] != code[:4]]
    return tuple(pair for pair in ranges if pair[0] < pair[1])


def next_code(code: str) -> str:
    """The end of the range that holds one code."""
    return f"{int(code) + 1:06d}"
