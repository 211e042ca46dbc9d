"""Clauses S0.2: the 49 units, who reports for whom, and how far a post reaches."""

from datetime import date

import pytest

from shared.domain.problems import Refused
from shared.domain.regions import (
    REGIONS,
    UNITS,
    RegionKind,
    full_name_of,
    name_of,
    offices_of,
    reach_of,
    region,
    regions_of,
    successor,
    unit_of,
)

DAY = date(2021, 4, 1)


def seen(code: str) -> set[str]:
    return {c for c in REGIONS if any(low <= c < high for low, high in reach_of(code))}


def test_the_table_has_70_official_rows_and_the_committee() -> None:
    current = [r for r in REGIONS.values() if r.valid_on(DAY)]
    assert sum(r.official for r in current) == 70
    kinds = [r.kind for r in current]
    assert [kinds.count(k) for k in RegionKind] == [1, 9, 20, 19, 21, 1]


def test_there_are_49_reporting_units_in_order() -> None:
    assert len(UNITS) == len(set(UNITS)) == 49
    assert list(UNITS) == sorted(UNITS)
    assert UNITS[0] == "220100"
    assert UNITS[-1] == "229900"


@pytest.mark.parametrize(
    ("code", "unit"),
    [("220102", "220100"), ("220100", "220100"), ("220581", "220581"), ("220122", "220122"),
     ("222401", "222401"), ("229900", "229900"), ("220381", "220184"), ("220000", "220000")],
)  # fmt: skip
def test_unit_of(code: str, unit: str) -> None:
    assert unit_of(code, DAY) == unit


def test_every_county_level_region_has_a_unit() -> None:
    assert {unit_of(c, DAY) for c in REGIONS if c != "220000"} == set(UNITS)


def test_gongzhuling_moved_in_june_2020() -> None:
    assert successor("220381", date(2020, 6, 18)) == "220381"
    assert successor("220381", date(2020, 6, 19)) == "220184"
    assert unit_of("220381", date(2020, 1, 1)) == "220381"
    with pytest.raises(Refused, match="region-not-in-force"):
        region("220381", DAY)
    with pytest.raises(Refused, match="region-not-in-force"):
        region("220184", date(2020, 1, 1))


def test_an_unknown_code_is_refused() -> None:
    for code in ("110000", "220171", "", "22", "220999"):
        with pytest.raises(Refused, match="unknown-region"):
            region(code)


def test_a_province_post_sees_everything() -> None:
    assert seen("220000") == set(REGIONS)


def test_a_prefecture_does_not_see_what_reports_to_the_province() -> None:
    assert reach_of("220500") == (("220500", "220581"), ("220582", "220600"))
    assert seen("220581") == {"220581"}


def test_the_former_code_of_gongzhuling_goes_with_its_successor() -> None:
    assert "220381" not in seen("220300")
    assert {"220381", "220184"} <= seen("220100")
    assert seen("220184") == {"220381", "220184"}


def test_reach_of_prefectures_is_disjoint() -> None:
    heads = [u for u in UNITS if region(u).kind is RegionKind.PREFECTURE]
    heads += ["220581", "229900"]
    everything = [c for head in heads for c in seen(head)]
    assert sorted(everything) == sorted(set(REGIONS) - {"220000"})


def test_names_and_offices() -> None:
    assert name_of("220102") == "南关区"
    assert full_name_of("220102") == "长春市南关区"
    assert full_name_of("229900") == "长白山保护开发区管理委员会"
    assert len(offices_of("220100", DAY)) == 7
    assert offices_of("220122", DAY) == ("220122",)
    assert regions_of("220600", DAY) == ("220600", "220602", "220605")
