"""Eligibility standards, eligibility and tiers (S1.3, S2.1, S2.5)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.applications.application.categories import CATEGORIES
from services.applications.application.rules import (
    EligibilityLine,
    Household,
    category_code,
    eligibility,
    tier_of,
)
from services.applications.standard.queries import standards_on
from shared.domain.problems import Refused
from shared.domain.roles import Role
from tests.acting import codes, person_at
from tests.applications.month import publish_standard, submitted
from tests.conftest import OpenOffice

LINE = EligibilityLine(180_000, Decimal("16.00"))


def home(**changes: Any) -> Household:
    """Three urban people exactly within both lines."""
    facts: dict[str, Any] = {
        "size": 3,
        "urban_hukou": True,
        "categories": ("C08",),
        "monthly_income_fen": 540_000,
        "own_area_sqm": Decimal("47.99"),
    }
    return Household(**facts | changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"monthly_income_fen": 540_001}, ["income-over-line"]),
        ({"own_area_sqm": Decimal("48.00")}, ["area-over-line"]),
        ({"urban_hukou": False}, ["not-urban"]),
        ({"urban_hukou": False, "categories": ("C11",)}, []),
        ({"urban_hukou": False, "categories": ("C08", "C10")}, []),
        (
            {"urban_hukou": False, "monthly_income_fen": 10**9, "own_area_sqm": Decimal(900)},
            ["not-urban", "income-over-line", "area-over-line"],
        ),
    ],
    ids=[
        "at both lines",
        "one fen over",
        "area at the line",
        "rural",
        "migrant worker",
        "one of two categories comes from outside",
        "all reasons at once",
    ],
)
def test_eligibility_names_every_reason(changes: dict[str, Any], expected: list[str]) -> None:
    """S1.3: urban hukou, poor in income and in housing; S2.1 opens it to those who came in."""
    assert [one.code for one in eligibility(home(**changes), LINE)] == expected


def test_without_a_standard_the_lines_cannot_be_checked() -> None:
    """S2.1: a unit that has published nothing gets a warning, not a pass."""
    assert [one.code for one in eligibility(home(), None)] == ["standard-missing"]


@given(st.sets(st.sampled_from(sorted(CATEGORIES)), min_size=1))
def test_the_most_favourable_category_gives_the_tier(held: set[str]) -> None:
    """S2.1 S2.5: 低保 before 低收入 before the rest, whatever else is held."""
    expected = "minimum" if "C13" in held else "low" if "C14" in held else "middle"
    assert tier_of(held) == expected


def test_the_notice_names_sixteen_categories() -> None:
    """S2.1: another category is refused."""
    assert len(CATEGORIES) == 16
    assert category_code(" c02A ") == "C02a"
    with pytest.raises(Refused, match="category-unknown"):
        category_code("C02")


async def test_a_unit_publishes_its_own_standard(open_office: OpenOffice) -> None:
    """S2.1: with document and day; not twice a day, not for another unit, not for a district."""
    office = await open_office("applications")
    made = await publish_standard(office)
    assert made.status_code == 201
    assert made.json()["income_line_yuan"] == "1800.00"
    assert made.json()["region_name"] == "长春市"
    assert (await publish_standard(office)).status_code == 409
    other = await publish_standard(office, region="220200")
    assert (other.status_code, other.json()["code"]) == (403, "region-outside")
    district = await publish_standard(office, region="220102")
    assert codes(district) == [("not-a-reporting-unit", "/region")]
    free = await publish_standard(office, effective_from="2021-07-01", income_line_yuan="0.00")
    assert codes(free) == [("greater-than", "/income_line_yuan")]


async def test_the_standard_of_the_day_applies(open_office: OpenOffice) -> None:
    """S2.1: a later standard counts from its day; districts are judged by their city's."""
    office = await open_office("applications")
    await publish_standard(office)
    await publish_standard(office, effective_from="2021-05-01", income_line_yuan="2200.00")
    call = await office.call()
    april = await standards_on(call, ["220102", "220182"], date(2021, 4, 30))
    may = await standards_on(call, ["220102"], date(2021, 5, 1))
    assert {region: row.income_line_fen for region, row in april.items()} == {"220102": 180_000}
    assert may["220102"].income_line_fen == 220_000

    item = await submitted(office)
    street = person_at(office, Role.STREET)
    assert (await street.get(f"/v1/applications/{item['id']}")).json()["warnings"] == []
    listed = await street.get("/v1/eligibility-standards", params={"region": "220100"})
    assert [one["effective_from"] for one in listed.json()["items"]] == ["2021-01-01", "2021-05-01"]
