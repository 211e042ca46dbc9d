"""Local standards: who publishes, what is refused, who reads (J281)."""

from datetime import date
from decimal import Decimal

import pytest

from services.subsidy.standard.rules import Proposal, refusals
from shared.domain.roles import Role
from tests.acting import codes, listed, post
from tests.conftest import OpenOffice
from tests.subsidy.acts import STANDARD, city, finance, made, publish, signed

GOOD = Proposal(
    "220100", date(2021, 1, 1), Decimal(60), (Decimal(1), Decimal("0.8"), Decimal("0.5"))
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"household_cap_sqm": Decimal("60.01")}, "cap-over-limit"),
        ({"effective_from": date(2021, 1, 2)}, "not-first-of-month"),
        ({"region": "220102"}, "not-a-reporting-unit"),
        ({"newest_from": date(2021, 1, 1)}, "not-after-newest"),
        ({"newest_from": date(2020, 12, 1)}, None),
        ({"last_month": "2021-01"}, "month-already-paid"),
        ({"last_month": "2020-12"}, None),
        ({"coefficients": (Decimal("0.8"), Decimal(1), Decimal("0.5"))}, "tiers-not-graded"),
        ({"coefficients": (Decimal(1), Decimal(1), Decimal(0))}, "tiers-not-graded"),
        ({"coefficients": (Decimal(1), Decimal(1), Decimal(1))}, None),
    ],
)
def test_which_standards_may_be_published(changes: dict[str, object], expected: str | None) -> None:
    """J281: at most 60 ㎡ a household, graded by income, by the month, never into paid months."""
    fields = {name: getattr(GOOD, name) for name in GOOD.__slots__}
    found = [reason.code for reason in refusals(Proposal(**{**fields, **changes}))]
    assert found == ([expected] if expected else [])


async def test_a_refused_standard_hears_every_reason_and_is_not_kept(
    open_office: OpenOffice,
) -> None:
    """J281: all reasons at once, each with its field and clause."""
    office = await open_office("subsidy")
    body = {**STANDARD, "household_cap_sqm": "75.00", "effective_from": "2021-01-15"}
    answer = await post(city(office), "/v1/standards", body)
    assert (answer.status_code, answer.json()["clause"]) == (422, "J281")
    assert codes(answer) == [
        ("not-first-of-month", "/effective_from"),
        ("cap-over-limit", "/household_cap_sqm"),
    ]
    assert await listed(city(office), "/v1/standards") == []
    assert (await post(finance(office), "/v1/standards", STANDARD)).status_code == 403
    assert (await post(city(office, "220200"), "/v1/standards", STANDARD)).status_code == 403


async def test_standards_follow_each_other_and_never_reach_back(open_office: OpenOffice) -> None:
    """J281: an older or paid month keeps its ground."""
    office = await open_office("subsidy")
    first = await publish(office)
    assert (first["document_no"], first["unit_price_yuan"]) == ("长政办发〔2020〕11号", "7.00")
    again = await post(city(office), "/v1/standards", STANDARD)
    assert codes(again) == [("not-after-newest", "/effective_from")]
    await signed(office)
    await made(office)
    late = await post(city(office), "/v1/standards", {**STANDARD, "effective_from": "2021-04-01"})
    assert codes(late) == [("month-already-paid", "/effective_from")]
    await publish(office, effective_from="2021-05-01")
    shown = await listed(office.client(Role.CITY, region="220102"), "/v1/standards")
    assert [s["effective_from"] for s in shown] == ["2021-01-01", "2021-05-01"]
    assert await listed(city(office, "220200"), "/v1/standards") == []
