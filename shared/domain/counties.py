"""The county-level divisions of the whole country (GB/T 2260), by year: where people come from."""

import re
from datetime import date
from functools import lru_cache

from stdnum import numdb

from shared.domain import regions
from shared.domain.problems import Refused
from shared.domain.regions import RegionKind

_NAMED = re.compile(r"(?:\[(\d{4})?-(\d{4})?\])?(.+)")
_COLLECTIVE = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
"""Names of codes that only gather others: no household register is kept there."""
_UNDIVIDED = frozenset({"441900", "442000", "460400", "620200"})
"""Cities without counties: 东莞, 中山, 儋州, 嘉峪关."""


@lru_cache(4096)
def county(code: str, on: date) -> str:
    """The name of the county, district or county-level city that has `code` on `on`.

    Of Jilin by its own table, to the day; of other provinces to the year, and in a year of change
    both codes. Raises `Refused` ("region-unknown", "region-not-in-force", "region-not-a-county").
    """
    if code in regions.REGIONS:
        found = regions.region(code, on)
        if found.kind in (RegionKind.PROVINCE, RegionKind.PREFECTURE):
            raise _no_county()
        return found.name
    parts = numdb.get("cn/loc").info(code)
    names = dict(parts[-1][1]).get("county", "") if len(parts) == 2 else ""
    if not names or code.startswith(regions.PROVINCE[:2]):  # of Jilin the table above has all
        raise Refused("region-unknown", "区划代码不在 GB/T 2260 中。")
    in_force = [
        name for since, until, name in map(_span, names.split(",")) if since <= on.year <= until
    ]
    if not in_force:
        raise Refused("region-not-in-force", f"区划代码 {code} 已经撤销，或者当时还没有。")
    if in_force[-1] in _COLLECTIVE or (code.endswith("00") and code not in _UNDIVIDED):
        raise _no_county()
    return in_force[-1]


def _span(text: str) -> tuple[int, int, str]:
    found = _NAMED.fullmatch(text)
    assert found is not None, text
    return int(found[1] or 0), int(found[2] or 9999), found[3]


def _no_county() -> Refused:
    return Refused("region-not-a-county", "应填县（市、区）的代码，不能是省、市（州）或“市辖区”。")
