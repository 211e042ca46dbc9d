"""S0.3: an alert is opened by facts, rises with age, and is closed by facts or by a supervisor."""

from datetime import date

import httpx

from shared.contracts.projects import (
    OverdueCaseJudged,
    OverdueCaseStruckOff,
    OverdueHouseholdsResettled,
    ProjectProhibited,
    ProjectStarted,
)
from shared.contracts.supervision import AlertStateChanged
from shared.db.model import new_id
from shared.domain.roles import Role
from tests.acting import Json, as_seen, listed, post
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.supervision.acts import overdue, paid, planned, said, send_table, table, tell


async def alerts(office: Office, **params: str) -> list[Json]:
    client = office.client(Role.SUPERVISOR, region="220000")
    return await listed(client, "/v1/alerts", **params)


async def day(office: Office, on: date) -> int:
    """The alerts that the day's job changed."""
    office.clock.move_to(on)
    done = await office.run_jobs("raise-alerts")
    return done["raise-alerts"]


async def acknowledge(office: Office, alert: Json, region: str) -> httpx.Response:
    client = office.client(Role.CITY, region=region)
    return await post(client, f"/v1/alerts/{alert['id']}/acknowledgement", None, alert["version"])


async def waive(
    office: Office, alert: Json, reason: str, role: Role = Role.SUPERVISOR
) -> httpx.Response:
    client = office.client(role, region="220000")
    path = f"/v1/alerts/{alert['id']}/waiver"
    return await post(client, path, {"reason": reason}, alert["version"])


async def test_a_late_start_is_opened_raised_acknowledged_and_settled_by_the_start(
    open_office: OpenOffice,
) -> None:
    """S6.3: blue before the day, a second alert after it; the start settles both."""
    office = await open_office("supervision")
    project = new_id()
    await office.deliver([(planned(project, "2021-04-28"), project, 1)])
    assert await day(office, date(2021, 4, 12)) == 0
    assert await day(office, date(2021, 4, 13)) == 1
    assert await day(office, date(2021, 4, 13)) == 0
    (risk,) = await alerts(office)
    assert (risk["code"], risk["level"], risk["clause"]) == ("START_RISK", "blue", "S6.3")
    assert (risk["object_label"], risk["due_on"]) == ("PG-220102-2021-00001", "2021-04-28")
    answer = await acknowledge(office, risk, "220100")
    assert (answer.status_code, answer.json()["state"]) == (200, "acknowledged")
    assert await day(office, date(2021, 4, 29)) == 2
    assert {(a["code"], a["state"]) for a in await alerts(office)} == {
        ("START_RISK", "resolved"),
        ("START_OVERDUE", "open"),
    }
    assert await day(office, date(2021, 5, 29)) == 1
    (raised,) = await alerts(office, code="START_OVERDUE")
    assert (raised["state"], raised["level"]) == ("escalated", "orange")
    start = said(ProjectStarted, project_id=str(project), started_on="2021-05-30", on="2021-05-30")
    await office.deliver([(start, project, 2)])
    assert await day(office, date(2021, 5, 31)) == 1
    (settled,) = await alerts(office, code="START_OVERDUE")
    assert (settled["state"], settled["closed_on"]) == ("resolved", "2021-05-31")
    moves = [
        (one.version, one.event.state)
        for one in await office.events()
        if isinstance(one.event, AlertStateChanged) and str(one.subject) == risk["id"]
    ]
    assert moves == [(1, "open"), (2, "acknowledged"), (3, "resolved")]


async def test_a_settled_alert_comes_back_when_the_facts_do(open_office: OpenOffice) -> None:
    """S2.12: a task that grows after it was on course is at risk again, under the same alert."""
    office = await open_office("supervision")
    await send_table(office, table({"220100": (1000, 10, 20, 5000)}))
    assert await day(office, date(2021, 4, 30)) == 1
    await tell(office, *(paid("220102", 30000, on="2021-04-30") for _ in range(3)))
    assert await day(office, date(2021, 5, 5)) == 1
    (settled,) = await alerts(office)
    assert (settled["code"], settled["state"]) == ("SUBSIDY_TASK_RISK", "resolved")
    await send_table(office, table({"220100": (1000, 100, 20, 5000)}))
    assert await day(office, date(2021, 5, 20)) == 1
    (again,) = await alerts(office)
    assert (again["id"], again["state"], again["version"]) == (settled["id"], "open", 3)
    assert (again["opened_on"], again["closed_on"], again["level"]) == ("2021-05-20", None, "blue")


async def test_an_overdue_case_is_named_until_it_is_struck_off(open_office: OpenOffice) -> None:
    """S9.3c, S9.3: all resettled or verified ends the alert, part of it does not."""
    office = await open_office("supervision")
    first, second = new_id(), new_id()
    await office.deliver(
        [
            (overdue(first, "2021-06-30", category="S9.1b"), first, 1),
            (overdue(second, "2021-06-30", "220182"), second, 1),
        ]
    )
    assert await day(office, date(2021, 7, 1)) == 2
    found = {a["region"]: a for a in await alerts(office, level="orange")}
    assert {a["code"] for a in found.values()} == {"CASE_OVERDUE"}
    assert (found["220100"]["clause"], found["220182"]["clause"]) == ("S9.1b", "S9.1c")
    part = said(OverdueHouseholdsResettled, case_id=str(first), households=10, remaining=30)
    gone = said(OverdueCaseStruckOff, region="220182", case_id=str(second), on="2021-07-02")
    await office.deliver([(part, first, 2), (gone, second, 2)])
    assert await day(office, date(2021, 7, 2)) == 1
    assert [a["region"] for a in await alerts(office, state="open")] == ["220100"]
    rest = said(OverdueHouseholdsResettled, case_id=str(first), households=30, remaining=0)
    await office.deliver([(rest, first, 3)])
    assert await day(office, date(2021, 7, 3)) == 1
    assert await alerts(office, state="open") == []


async def test_households_given_back_open_a_case_again(open_office: OpenOffice) -> None:
    """S9.3: what the supervisor gives back is overdue again, in the same batch or a later one."""
    office = await open_office("supervision")
    case = new_id()
    all_in = said(OverdueHouseholdsResettled, case_id=str(case), households=40, remaining=0)
    back = said(OverdueHouseholdsResettled, case_id=str(case), households=-40, remaining=40)
    await office.deliver([(overdue(case, "2021-06-30"), case, 1), (all_in, case, 2)])
    assert await day(office, date(2021, 7, 1)) == 0
    await office.deliver([(back, case, 3), (all_in, case, 4), (back, case, 5)])
    assert await day(office, date(2021, 7, 2)) == 1
    assert [a["code"] for a in await alerts(office, state="open")] == ["CASE_OVERDUE"]


async def test_a_judgment_sets_the_day_of_a_case(open_office: OpenOffice) -> None:
    """S9.1b: six months from the judgment, as the projects service tells."""
    office = await open_office("supervision")
    case = new_id()
    judged = said(OverdueCaseJudged, case_id=str(case), due_on="2021-11-12")
    registered = overdue(case, "2021-06-30", category="S9.1b")
    await office.deliver([(registered, case, 1), (judged, case, 2)])
    assert await day(office, date(2021, 7, 1)) == 0
    assert await day(office, date(2021, 11, 13)) == 1
    assert [a["due_on"] for a in await alerts(office, state="open")] == ["2021-11-12"]


async def test_a_prohibited_project_in_the_library_is_red_at_once(open_office: OpenOffice) -> None:
    """S4.4."""
    office = await open_office("supervision")
    project = new_id()
    barred = said(ProjectProhibited, project_id=str(project), on="2021-05-02")
    await office.deliver([(planned(project, "2021-06-28"), project, 1), (barred, project, 2)])
    assert await day(office, date(2021, 5, 2)) == 1
    (found,) = await alerts(office, level="red")
    assert (found["code"], found["level_label"]) == ("PROHIBITED_IN_LIBRARY", "红色")


async def test_a_missing_report_is_named_until_it_comes(open_office: OpenOffice) -> None:
    """S11.1."""
    office = await open_office("supervision")
    await office.run_jobs("open-reports")
    office.clock.move_to(date(2021, 5, 7))
    await office.run_jobs("open-reports")
    assert await day(office, date(2021, 5, 7)) == 49
    city = office.client(Role.CITY, region="220182")
    (report,) = await listed(city, "/v1/reports", month="2021-04")
    body = {"month": "2021-04", "items": [{"unit": "220182", "version": report["version"]}]}
    assert (await city.post("/v1/report-submissions", json=body)).status_code == 200
    assert await day(office, date(2021, 5, 8)) == 1
    assert [a["state"] for a in await listed(city, "/v1/alerts", code="REPORT_LATE")] == [
        "resolved"
    ]


async def test_a_waived_alert_rests_for_its_period(open_office: OpenOffice) -> None:
    """S0.3: only a supervisor waives, with a reason, which stays in the audit trail."""
    office = await open_office("supervision")
    project = new_id()
    await office.deliver([(planned(project, "2021-04-28"), project, 1)])
    await day(office, date(2021, 4, 29))
    (alert,) = await alerts(office)
    by_city = await waive(office, alert, "请求豁免", Role.CITY)
    assert (by_city.status_code, by_city.json()["code"]) == (403, "role-required")
    bare = await waive(office, alert, "")
    assert (bare.status_code, bare.json()["code"]) == (422, "fields-invalid")
    answer = await waive(office, alert, "项目调整，已报省安居办同意")
    assert (answer.status_code, answer.json()["state"]) == (200, "waived")
    assert answer.json()["actions"] == []
    assert await day(office, date(2021, 8, 1)) == 0
    again = await waive(office, {**alert, "version": 2}, "再次豁免")
    assert (again.status_code, again.json()["code"]) == (409, "wrong-state")


async def test_another_region_s_alert_does_not_exist(open_office: OpenOffice) -> None:
    office = await open_office("supervision")
    project = new_id()
    await office.deliver([(planned(project, "2021-04-28"), project, 1)])
    await day(office, date(2021, 4, 29))
    (alert,) = await alerts(office)
    other = office.client(Role.CITY, region="220200")
    assert await listed(other, "/v1/alerts") == []
    assert (await other.get(f"/v1/alerts/{alert['id']}")).status_code == 404
    assert (await acknowledge(office, alert, "220200")).status_code == 404
    mine = office.client(Role.CITY, region="220100")
    path = f"/v1/alerts/{alert['id']}"
    assert (await mine.get(path)).headers["etag"] == '"1"'
    assert (await mine.post(f"{path}/acknowledgement")).status_code == 428
    stale = await mine.post(f"{path}/acknowledgement", headers=as_seen(7))
    assert stale.status_code == 412
    assert (await acknowledge(office, alert, "220100")).status_code == 200


async def test_the_same_event_again_opens_nothing_again(open_office: OpenOffice) -> None:
    office = await open_office("supervision")
    project = new_id()
    batch = await office.deliver([(planned(project, "2021-04-28"), project, 1)])
    await day(office, date(2021, 4, 29))
    await office.deliver(batch)
    assert await day(office, date(2021, 4, 29)) == 0
    assert len(await alerts(office)) == 1
