"""Public notices and objections (S2.10, CC.201, PIPL.51, O11.9)."""

from datetime import date

import pytest

from services.applications.notice.rules import content, period, ran_out
from services.applications.objection.rules import answer_due_on, answerer_refusals
from services.applications.review.rules import Signature
from shared.contracts.applications import ApplicationObjectionDecided
from shared.domain.roles import Role
from tests.acting import as_seen, codes, keyed, person_at
from tests.applications.month import (
    day,
    listed,
    meeting,
    objected,
    on_notice,
    on_second_notice,
    passed,
)
from tests.conftest import OpenOffice


@pytest.mark.parametrize("stage", [1, 2])
def test_a_notice_runs_seven_full_days(stage: int) -> None:
    """S2.10 CC.201: the day of posting does not count, the seventh full day still does."""
    days = period(stage, date(2021, 4, 2))
    assert (days.starts_on, days.ends_on) == (date(2021, 4, 2), date(2021, 4, 9))
    assert not ran_out(days.ends_on, date(2021, 4, 9))
    assert ran_out(days.ends_on, date(2021, 4, 10))


def test_there_is_no_notice_before_the_order() -> None:
    """S2.10: the number of days is dated; before its day there is none."""
    with pytest.raises(LookupError):
        period(1, date(2021, 3, 22))


def test_a_notice_shows_only_what_the_public_may_see() -> None:
    """PIPL.51: surname and stars, size, category and wish; nothing else."""
    assert content("欧阳小明", "220102", 3, ["C04", "C13"], "unit") == {
        "applicant_name": "欧阳*明",
        "region_name": "长春市南关区",
        "household_size": 3,
        "categories": "城镇残疾家庭、低保家庭",
        "mode": "实物配租",
    }


def test_an_objection_is_answered_within_ten_working_days() -> None:
    """S2.10 CC.201: from 6 April 2021 that is 20 April; Labour Day does not count."""
    assert answer_due_on(date(2021, 4, 6)) == date(2021, 4, 20)
    assert answer_due_on(date(2021, 4, 23)) == date(2021, 5, 10)


def test_the_reviewer_does_not_answer_for_himself() -> None:
    """S2.10: who signed stage 1 may answer objections to stage 3, not to his own."""
    signed = [Signature(1, "a", "street"), Signature(3, "c", "city")]
    assert answerer_refusals("a", signed, 1)
    assert answerer_refusals("a", signed, 3) == []


async def test_everybody_reads_the_notice_and_nothing_personal(open_office: OpenOffice) -> None:
    """PIPL.51 S2.10: without a token, masked; after the last day it is taken down."""
    office = await open_office("applications")
    item = await on_notice(office)
    anyone = office.client()
    answer = await anyone.get("/v1/public-notices", params={"region": "220102", "stage": 1})
    assert answer.status_code == 200
    (notice,) = answer.json()["items"]
    assert notice == {
        "id": notice["id"],
        "application_id": item["id"],
        "stage": 1,
        "region": "220102",
        "region_name": "长春市南关区",
        "applicant_name": "张*明",
        "household_size": 3,
        "categories": "低保家庭",
        "mode": "租赁补贴",
        "starts_on": "2021-04-01",
        "ends_on": "2021-04-08",
    }
    elsewhere = await anyone.get("/v1/public-notices", params={"region": "220103"})
    assert elsewhere.json()["items"] == []
    neighbour = person_at(office, Role.STREET, region="222401")
    assert len((await neighbour.get("/v1/public-notices")).json()["items"]) == 1

    office.clock.move_to(date(2021, 4, 9))
    assert (await anyone.get("/v1/public-notices")).json()["items"] == []
    await office.run_jobs()
    detail = (await person_at(office, Role.CITY).get(f"/v1/applications/{item['id']}")).json()
    (kept,) = detail["notices"]
    assert (kept["outcome"], kept["ended_on"]) == ("closed", "2021-04-09")
    assert len(kept["content_digest"]) == 64


async def test_an_open_objection_holds_the_household_back(open_office: OpenOffice) -> None:
    """S2.10: the notice runs on, but nothing is closed until the objection is answered."""
    office = await open_office("applications")
    item = await on_notice(office)
    office.clock.move_to(date(2021, 4, 6))
    raised = await objected(office, item)
    assert (raised["version"], raised["stage"], raised["due_on"]) == (4, 1, "2021-04-20")
    assert await day(office, date(2021, 4, 9)) == {"close-notices": 0}

    path = f"/v1/applications/{item['id']}/objections/{raised['objection_id']}/decision"
    body = {"upheld": False, "reason": "经核查不属实"}
    own = person_at(office, Role.STREET, subject="street-220102")
    refused = await own.post(path, json=body, headers=as_seen(4))
    assert (refused.status_code, refused.json()["code"]) == (403, "own-review")
    colleague = person_at(office, Role.STREET, subject="street-5")
    assert (await colleague.post(path, json=body)).status_code == 428
    done = await colleague.post(path, json=body, headers=as_seen(4))
    assert (done.status_code, done.json()["state"]) == (200, "notice1")
    assert (done.json()["open_objections"], done.headers["etag"]) == (0, '"5"')
    twice = await colleague.post(path, json=body, headers=as_seen(5))
    assert (twice.status_code, twice.json()["code"]) == (409, "objection-answered")
    assert await office.run_jobs() == {"close-notices": 1}
    assert (await listed(office, "review2"))[0]["id"] == item["id"]


async def test_an_upheld_objection_has_the_review_held_again(open_office: OpenOffice) -> None:
    """S2.10 O11.9: back to the review that was objected to, and on notice again from then."""
    office = await open_office("applications")
    item = await on_second_notice(office)
    office.clock.move_to(date(2021, 4, 15))
    first = await objected(office, item)
    second = await objected(office, item, subject="another")
    city = person_at(office, Role.CITY, subject="city-2")
    done = await city.post(
        f"/v1/applications/{item['id']}/objections/{first['objection_id']}/decision",
        json={"upheld": True, "reason": "该户确有其他住房"},
        headers=as_seen(second["version"]),
    )
    assert (done.status_code, done.json()["state"]) == (200, "review3")
    last = (await office.events())[-1].event
    assert isinstance(last, ApplicationObjectionDecided)
    assert (last.stage, last.upheld) == (2, True)
    assert (await office.client().get("/v1/public-notices")).json()["items"] == []

    again = await passed(office, 3, done.json())
    assert again["state"] == "notice2"
    assert await day(office, date(2021, 4, 22)) == {"close-notices": 0}
    assert await day(office, date(2021, 4, 23)) == {"close-notices": 1}
    detail = (await city.get(f"/v1/applications/{item['id']}")).json()
    assert [(r["stage"], r["superseded"]) for r in detail["reviews"]] == [
        (1, False),
        (2, False),
        (3, True),
        (3, False),
    ]
    assert [n["outcome"] for n in detail["notices"]] == ["closed", "upheld", "closed"]
    assert detail["state"] == "approved"


async def test_objections_are_taken_on_the_days_of_a_notice_only(open_office: OpenOffice) -> None:
    """S2.10 O11.9: once a person, on the last day too, not after, and not without a notice."""
    office = await open_office("applications")
    item = await on_notice(office)
    office.clock.move_to(date(2021, 4, 8))
    await objected(office, item)
    path = f"/v1/applications/{item['id']}/objections"
    body = {"text": "该户另有住房"}
    neighbour = person_at(office, Role.APPLICANT, region="220202", subject="neighbour")
    twice = await neighbour.post(path, json=body, headers=keyed())
    assert (twice.status_code, twice.json()["code"]) == (409, "objection-repeated")
    assert (await office.client().post(path, json=body)).status_code == 401

    office.clock.move_to(date(2021, 4, 9))
    other = person_at(office, Role.APPLICANT, region="220202", subject="other")
    late = await other.post(path, json=body, headers=keyed())
    assert (late.status_code, late.json()["clause"]) == (409, "S2.10")
    unknown = "/v1/applications/0190a1b2-0000-7000-8000-000000000001/objections"
    assert (await other.post(unknown, json=body, headers=keyed())).status_code == 404


async def test_the_office_reads_what_was_said_and_not_by_whom(open_office: OpenOffice) -> None:
    """PIPL.51: sealed in the database, shown to the offices of the region, without the person."""
    office = await open_office("applications")
    item = await on_notice(office)
    await objected(office, item)
    path = f"/v1/applications/{item['id']}/objections"
    answer = await person_at(office, Role.STREET).get(path)
    (shown,) = answer.json()["items"]
    assert (shown["text"], shown["outcome"]) == ("该户另有住房", None)
    assert "neighbour" not in answer.text
    assert (await person_at(office, Role.STREET, region="220103").get(path)).status_code == 404


async def test_a_withdrawal_takes_the_notice_down(open_office: OpenOffice) -> None:
    """S2.10: nothing is shown, answered or decided after the household took it back."""
    office = await open_office("applications")
    item = await on_notice(office)
    raised = await objected(office, item)
    street = person_at(office, Role.STREET, subject="street-5")
    done = await street.post(
        f"/v1/applications/{item['id']}/withdrawal",
        json={"reason": "家庭情况变化"},
        headers=as_seen(raised["version"]),
    )
    assert done.json()["state"] == "withdrawn"
    assert (await office.client().get("/v1/public-notices")).json()["items"] == []
    assert await day(office, date(2021, 4, 12)) == {"close-notices": 0}
    objections = await street.get(f"/v1/applications/{item['id']}/objections")
    assert [one["outcome"] for one in objections.json()["items"]] == ["lapsed"]
    decided = await meeting(office, 2, [done.json()])
    assert (decided.status_code, codes(decided)) == (409, [("wrong-state", "/items/0")])
