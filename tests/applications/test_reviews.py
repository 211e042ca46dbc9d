"""The three reviews: who may sign, what an opinion must hold (S2.10, S2.5, O11.9, PIPL.24)."""

from datetime import date, timedelta

import pytest

from services.applications.application.states import APPLICATION, ApplicationState
from services.applications.review.rules import (
    Opinion,
    ReasonCode,
    Signature,
    opinion_refusals,
    quota_refusals,
    signature_refusals,
)
from shared.contracts.applications import ApplicationRejected
from shared.domain.roles import Role
from tests.acting import codes, key, person_at
from tests.applications.month import (
    accepted,
    day,
    decision,
    listed,
    meeting,
    on_notice,
    passed,
    publish_standard,
    register,
    rows_of,
    send_register,
)
from tests.conftest import OpenOffice
from tests.counting import statements

TODAY = date(2021, 4, 2)
STREET_A = Signature(1, "a", "street-office")
DISTRICT_B = Signature(2, "b", "district-office")


@pytest.mark.parametrize(
    ("mine", "expected"),
    [
        (Signature(3, "c", "city-office"), []),
        (Signature(3, "a", "city-office"), ["same-reviewer"]),
        (Signature(3, "c", "district-office"), ["same-body"]),
        (Signature(3, "b", "street-office"), ["same-reviewer", "same-body"]),
        (Signature(2, "b", "district-office"), []),
    ],
    ids=["three people, three bodies", "same person", "same body", "both", "own stage held again"],
)
def test_three_reviews_by_three_people_of_three_bodies(
    mine: Signature, expected: list[str]
) -> None:
    """S2.10: nobody and no body reviews a household twice."""
    refusals = signature_refusals(mine, [STREET_A, DISTRICT_B])
    assert [one.code for one in refusals] == expected
    assert {one.clause for one in refusals} <= {"S2.10"}


@pytest.mark.parametrize(
    ("stage", "opinion", "expected"),
    [
        (1, Opinion("pass", visited_on=TODAY), []),
        (1, Opinion("pass"), ["visit-missing"]),
        (1, Opinion("pass", visited_on=TODAY + timedelta(days=1)), ["visit-day"]),
        (1, Opinion("pass", visited_on=date(2021, 3, 31)), ["visit-day"]),
        (2, Opinion("pass", checks={"vehicles": "pass"}), []),
        (2, Opinion("pass"), ["checks-missing"]),
        (2, Opinion("pass", checks={"vehicles": "fail"}), ["check-failed"]),
        (2, Opinion("fail", checks={"vehicles": "fail"}), ["reason-missing"]),
        (3, Opinion("pass"), []),
        (3, Opinion("fail"), ["reason-missing"]),
        (3, Opinion("fail", reason_code=ReasonCode.MATERIAL_FALSE), []),
        (3, Opinion("pass", reason_code=ReasonCode.MATERIAL_FALSE), ["reason-unexpected"]),
    ],
)
def test_an_opinion_holds_what_its_stage_needs(
    stage: int, opinion: Opinion, expected: list[str]
) -> None:
    """S2.10 O11.9: home visit since the acceptance, cross-checks, reasons for a refusal."""
    found = opinion_refusals(stage, opinion, date(2021, 4, 1), TODAY)
    assert [one.code for one in found] == expected


@pytest.mark.parametrize(
    ("categories", "refused"), [(["C13"], True), (["C08", "C14"], True), (["C08"], False)]
)
def test_no_quota_stands_against_low_income_households(
    categories: list[str], refused: bool
) -> None:
    """S2.5: 低保 and 低收入 households are served on application, whatever the quota."""
    assert bool(quota_refusals(ReasonCode.QUOTA_EXHAUSTED, categories)) is refused
    assert quota_refusals(ReasonCode.INCOME_OVER_LINE, categories) == []


def test_every_way_to_the_approval_passes_all_reviews_and_notices_in_order() -> None:
    """S2.10: no edge of the life cycle skips a review or a notice."""
    order = ["submitted", "review1", "notice1", "review2", "review3", "notice2", "cleared"]
    ahead = {
        (edge.source, edge.target)
        for edge in APPLICATION.edges.values()
        if edge.target in [*order, "approved"]
        and edge.target not in order[: order.index(edge.source) + 1]
    }
    assert ahead == set(zip(order, [*order[1:], "approved"], strict=True))
    assert APPLICATION.terminal == {"rejected", "withdrawn", "ended"}


def test_only_people_refuse() -> None:
    """PIPL.24: no job and no consumer refuses a household; every refusal has a post."""
    refusals = [e for e in APPLICATION.edges.values() if e.target == ApplicationState.REJECTED]
    assert len(refusals) == 3
    assert all(e.roles and Role.SYSTEM not in e.roles for e in refusals)


async def test_a_meeting_with_one_wrong_opinion_changes_nothing(open_office: OpenOffice) -> None:
    """S2.10: every reason of every household at once, by its place in the list."""
    office = await open_office("applications")
    await send_register(office, register(rows_of(count=3)))
    street = person_at(office, Role.STREET)
    found = await listed(office, "submitted")
    await street.post("/v1/acceptances", json={"items": [key(one) for one in found]})
    items = await listed(office, "review1")
    body = {
        "stage": 1,
        "items": [
            decision(1, items[0], "2021-04-01"),
            decision(1, items[1], "2021-04-05"),
            decision(1, items[2], "2021-04-01", verdict="fail"),
        ],
    }
    answer = await street.post("/v1/review-meetings", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "review-refused")
    assert codes(answer) == [
        ("visit-day", "/items/1/visited_on"),
        ("reason-missing", "/items/2/reason_code"),
    ]
    assert len(await listed(office, "review1")) == 3
    blank = decision(1, items[0], "2021-04-01", opinion="  ")
    answer = await street.post("/v1/review-meetings", json={"stage": 1, "items": [blank]})
    assert codes(answer) == [("string-too-short", "/items/0/opinion")]


async def test_a_stage_belongs_to_its_post(open_office: OpenOffice) -> None:
    """S2.10: the street does not hold the second review, and no stage is skipped."""
    office = await open_office("applications")
    item = await accepted(office)
    street = person_at(office, Role.STREET)
    body = {"stage": 2, "items": [decision(2, item, "2021-04-01")]}
    answer = await street.post("/v1/review-meetings", json=body)
    assert (answer.status_code, answer.json()["clause"]) == (403, "S2.10")
    skipped = await meeting(office, 3, [item])
    assert (skipped.status_code, skipped.json()["code"]) == (409, "wrong-state")


async def test_one_person_does_not_review_twice(open_office: OpenOffice) -> None:
    """S2.10: the same person at another post, and another person of the same body, are refused."""
    office = await open_office("applications")
    item = await on_notice(office)
    await day(office, date(2021, 4, 12))
    item = (await listed(office, "review2"))[0]
    same_person = await meeting(office, 2, [item], subject="street-220102")
    assert codes(same_person) == [("same-reviewer", "/items/0")]
    colleague = office.client(
        Role.DISTRICT, region="220102", subject="colleague", organisation="street-220102"
    )
    body = {"stage": 2, "items": [decision(2, item, "2021-04-12")]}
    same_body = await colleague.post("/v1/review-meetings", json=body)
    assert (same_body.status_code, codes(same_body)) == (422, [("same-body", "/items/0")])
    assert (await passed(office, 2, item))["state"] == "review3"


async def test_a_refusal_is_signed_and_told_with_its_reason(open_office: OpenOffice) -> None:
    """O11.9 PIPL.24: the applicant finds who refused, why, and may apply again."""
    office = await open_office("applications")
    item = await accepted(office)
    answer = await meeting(
        office,
        1,
        [item],
        verdict="fail",
        reason_code="area-over-line",
        opinion="入户调查发现另有住房，本人签署审核意见。",
    )
    assert (answer.status_code, answer.json()["items"][0]["state"]) == (200, "rejected")
    detail = (await person_at(office, Role.STREET).get(f"/v1/applications/{item['id']}")).json()
    review = detail["reviews"][0]
    assert (review["verdict"], review["reason_label"]) == ("fail", "住房面积不低于标准")
    assert (review["organisation"], review["reviewed_on"]) == ("street-220102", "2021-04-01")
    last = (await office.events())[-1].event
    assert isinstance(last, ApplicationRejected)
    assert (last.stage, last.reason_code) == (1, "area-over-line")
    assert (await accepted(office))["state"] == "review1"


async def test_no_quota_refuses_a_low_income_household(open_office: OpenOffice) -> None:
    """S2.5: the meeting's list comes back with the clause."""
    office = await open_office("applications")
    item = await accepted(office)
    answer = await meeting(
        office, 1, [item], verdict="fail", reason_code="quota-exhausted", opinion="名额已满。"
    )
    assert (answer.status_code, answer.json()["clause"]) == (422, "S2.5")
    assert codes(answer) == [("quota-not-applicable", "/items/0/reason_code")]


async def test_reviewers_see_what_speaks_against_a_household_and_decide(
    open_office: OpenOffice,
) -> None:
    """S1.3 PIPL.24: over the line is a warning; it is kept with the opinion, a person decides."""
    office = await open_office("applications")
    assert (await publish_standard(office)).status_code == 201
    item = await accepted(office, monthly_income_yuan="5400.03", own_area_sqm="48.00")
    street = person_at(office, Role.STREET)
    detail = (await street.get(f"/v1/applications/{item['id']}")).json()
    assert [one["code"] for one in detail["warnings"]] == ["income-over-line", "area-over-line"]
    assert (await passed(office, 1, item))["state"] == "notice1"
    review = (await street.get(f"/v1/applications/{item['id']}")).json()["reviews"][0]
    assert len(review["warnings"]) == 2
    assert review["standard_id"]


async def test_a_meeting_takes_a_full_list_in_a_few_statements(open_office: OpenOffice) -> None:
    """S2.10: 200 households are decided in one call, far below a statement per household."""
    office = await open_office("applications")
    await send_register(office, register(rows_of(count=200)))
    street = person_at(office, Role.STREET)
    found = await listed(office, "submitted")
    assert len(found) == 200
    await street.post("/v1/acceptances", json={"items": [key(one) for one in found]})
    items = await listed(office, "review1")
    with statements(office) as sent:
        answer = await meeting(office, 1, items)
    assert answer.status_code == 200
    assert [one["id"] for one in answer.json()["items"]] == [one["id"] for one in items]
    assert 0 < len(sent) <= 5, sent
    with statements(office) as sent:
        assert await day(office, date(2021, 4, 9)) == {"close-notices": 200}
    assert 0 < len(sent) <= 20, sent
