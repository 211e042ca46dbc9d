"""The way of a household: 三审两公示 from the file to the entitlement (S2.10)."""

from datetime import date

from shared.contracts.applications import ApplicationApproved, ApplicationReviewPassed
from shared.domain.roles import Role
from tests.acting import as_seen, person_at
from tests.applications.month import accepted, day, listed, on_second_notice, passed, submitted
from tests.conftest import OpenOffice


async def test_three_reviews_and_two_notices_lead_to_the_approval(open_office: OpenOffice) -> None:
    """S2.10 CC.201: nothing moves before the full days are over; then the job goes on alone."""
    office = await open_office("applications")
    item = await accepted(office)
    assert item["state"] == "review1"

    office.clock.move_to(date(2021, 4, 2))
    item = await passed(office, 1, item)
    assert item["state"] == "notice1"
    assert await day(office, date(2021, 4, 9)) == {"close-notices": 0}
    assert await day(office, date(2021, 4, 10)) == {"close-notices": 1}

    office.clock.move_to(date(2021, 4, 12))
    item = await passed(office, 2, (await listed(office, "review2"))[0])
    assert item["state"] == "review3"
    office.clock.move_to(date(2021, 4, 13))
    item = await passed(office, 3, item)
    assert item["state"] == "notice2"
    assert await day(office, date(2021, 4, 20)) == {"close-notices": 0}
    assert await day(office, date(2021, 4, 21)) == {"close-notices": 1}
    assert (await listed(office, "approved"))[0]["id"] == item["id"]


async def test_every_step_is_told_once_and_without_personal_data(open_office: OpenOffice) -> None:
    """S1.3 PIPL.51: one event per step, versions without gaps, no name, number or phone in any."""
    office = await open_office("applications")
    item = await on_second_notice(office)
    await day(office, date(2021, 4, 21))

    events = await office.events()
    assert [one.event.fact for one in events] == [
        "application-submitted",
        "application-accepted",
        "application-review-passed",
        "application-notice-closed",
        "application-review-passed",
        "application-review-passed",
        "application-notice-closed",
        "application-approved",
    ]
    assert [one.version for one in events] == list(range(1, 9))
    assert {str(one.subject) for one in events} == {item["id"]}
    first = events[2].event
    assert isinstance(first, ApplicationReviewPassed)
    assert (first.notice_starts_on, first.notice_ends_on) == (date(2021, 4, 1), date(2021, 4, 8))
    approved = events[-1].event
    assert isinstance(approved, ApplicationApproved)
    assert (approved.mode, approved.tier, approved.household_size) == ("subsidy", "minimum", 3)
    assert str(approved.own_area_sqm) == "21.50"
    assert bytes.fromhex(approved.household_key)
    told = "".join(one.event.model_dump_json() for one in events)
    for secret in ("张", "11010519491231002X", "220102198506170011", "13912345678"):
        assert secret not in told


async def test_an_application_may_be_handed_in_on_any_day(open_office: OpenOffice) -> None:
    """S2.3: there is no window; a holiday is a day like any other, and acceptance is immediate."""
    office = await open_office("applications")
    office.clock.move_to(date(2021, 5, 1))
    item = await accepted(office)
    assert item["state"] == "review1"
    detail = (await person_at(office, Role.STREET).get(f"/v1/applications/{item['id']}")).json()
    assert detail["submitted_on"] == detail["accepted_on"] == "2021-05-01"


async def test_acceptance_gives_consecutive_receipt_numbers(open_office: OpenOffice) -> None:
    """O11.8: a complete file gets its written receipt; one that is accepted already refuses all."""
    office = await open_office("applications")
    street = person_at(office, Role.STREET)
    first = await submitted(office)
    second = await submitted(office, id_no="22020319720229002X", members=[])
    items = [{"id": one["id"], "version": 1} for one in (first, second)]
    answer = await street.post("/v1/acceptances", json={"items": items})
    assert answer.status_code == 200
    found = await listed(office, "review1")
    assert [one["receipt_no"] for one in found] == [
        "ZB-220102-2021-0000001",
        "ZB-220102-2021-0000002",
    ]

    third = await submitted(office, id_no="222401199612311232", members=[])
    again = [{"id": third["id"], "version": 1}, {"id": first["id"], "version": 2}]
    refused = await street.post("/v1/acceptances", json={"items": again})
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong-state")
    assert refused.json()["errors"][0]["pointer"] == "/items/1"
    assert [one["id"] for one in await listed(office, "submitted")] == [third["id"]]


async def test_another_region_does_not_see_the_application(open_office: OpenOffice) -> None:
    """S2.10: a neighbour's office finds nothing, the city above finds it."""
    office = await open_office("applications")
    item = await submitted(office)
    path = f"/v1/applications/{item['id']}"
    neighbour = person_at(office, Role.STREET, region="220103")
    assert (await neighbour.get(path)).status_code == 404
    assert (await neighbour.get("/v1/applications")).json()["items"] == []
    withdrawal = await neighbour.post(
        f"{path}/withdrawal", json={"reason": "不是本人"}, headers=as_seen(1)
    )
    assert withdrawal.status_code == 404
    assert (await person_at(office, Role.CITY, region="220100").get(path)).status_code == 200


async def test_a_withdrawal_needs_the_version_and_frees_the_household(
    open_office: OpenOffice,
) -> None:
    """S1.3: after a withdrawal the same people may apply again."""
    office = await open_office("applications")
    street = person_at(office, Role.STREET)
    item = await submitted(office)
    path = f"/v1/applications/{item['id']}/withdrawal"
    body = {"reason": "家庭情况变化"}
    assert (await street.post(path, json=body)).status_code == 428
    stale = await street.post(path, json=body, headers=as_seen(7))
    assert (stale.status_code, stale.json()["version"]) == (412, 1)
    done = await street.post(path, json=body, headers=as_seen(1))
    assert (done.status_code, done.json()["state"]) == (200, "withdrawn")
    assert done.headers["etag"] == '"2"'
    assert done.json()["actions"] == []
    again = await street.post(path, json=body, headers=as_seen(2))
    assert (again.status_code, again.json()["code"]) == (409, "wrong-state")
    assert (await submitted(office))["state"] == "submitted"


async def test_an_applicant_sees_and_withdraws_only_his_own(open_office: OpenOffice) -> None:
    """PIPL.51: an applicant online reaches nothing that others handed in."""
    office = await open_office("applications")
    item = await submitted(office)
    stranger = person_at(office, Role.APPLICANT, subject="somebody")
    assert (await stranger.get("/v1/applications")).json()["items"] == []
    assert (await stranger.get(f"/v1/applications/{item['id']}")).status_code == 404
    refused = await stranger.post(
        f"/v1/applications/{item['id']}/withdrawal",
        json={"reason": "误操作"},
        headers=as_seen(1),
    )
    assert refused.status_code == 404
    assert [one["id"] for one in await listed(office, "submitted")] == [item["id"]]
