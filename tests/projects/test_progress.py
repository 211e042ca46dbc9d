"""Starts and monthly progress over HTTP (S6.1, S6.3, S6.5)."""

from datetime import UTC, datetime
from decimal import Decimal

from shared.contracts.projects import ProjectProgressed, ProjectStarted
from tests.acting import Json, done, post, province, reasons
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.projects.acts import city, month_of, planned, read, site, start_of, started


async def report(office: Office, item: Json, month: str = "2021-04") -> Json:
    body = {"month": month, "items": [item]}
    (after,) = (await done(city(office), "/v1/progress-tables", body))["items"]
    return dict(after)


async def test_foundation_works_start_a_project(open_office: OpenOffice) -> None:
    """S6.3: the event names the planned day beside the real one."""
    office = await open_office("projects")
    (item,) = await started(office, site(1))
    assert (item["state"], item["version"]) == ("started", 5)
    event = (await office.events())[-1].event
    assert isinstance(event, ProjectStarted)
    assert (str(event.started_on), str(event.planned_start_on), event.units) == (
        "2021-04-01",
        "2021-04-28",
        100,
    )


async def test_fences_and_pits_are_no_start(open_office: OpenOffice) -> None:
    """S6.3: refused with every reason; nothing of the list starts."""
    office = await open_office("projects")
    items = await planned(office, site(1), site(2), site(3), site(4))
    body = {
        "items": [
            start_of(items[0]),
            start_of(items[1], evidence="fences-only"),
            start_of(items[2], evidence="pit-only", started_on="2021-04-02"),
            start_of(items[3], started_on="2021-03-31", permit_no=None),
        ]
    }
    answer = await post(city(office), "/v1/starts", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "start-refused")
    assert reasons(answer) == [
        ("not-a-start", "/items/1/evidence", "S6.3"),
        ("not-a-start", "/items/2/evidence", "S6.3"),
        ("start-in-future", "/items/2/started_on", "S6.3"),
        ("permit-missing", "/items/3/permit_no", "S6.3"),
        ("start-before-plan", "/items/3/started_on", "S6.3"),
    ]
    assert (await read(office, items[0]))["state"] == "planned"


async def test_lateness_is_seen(open_office: OpenOffice) -> None:
    """S6.1: days after the planned start, until the works begin."""
    office = await open_office("projects")
    (item,) = await planned(office, site(1))
    office.clock.set(datetime(2021, 5, 3, 1, tzinfo=UTC))
    assert (await read(office, item))["start_late_days"] == 5
    await done(city(office), "/v1/starts", {"items": [start_of(item, started_on="2021-04-30")]})
    assert (await read(office, item))["start_late_days"] == 2


async def test_a_months_progress_is_added_up(open_office: OpenOffice) -> None:
    """S6.5: money of the month in the event, the sums in the project."""
    office = await open_office("projects")
    (item,) = await started(office, site(1))
    after = await report(office, month_of(item))
    office.clock.set(datetime(2021, 5, 31, 1, tzinfo=UTC))
    may = month_of(after, stage="structure", progress_rate="0.5", funds_paid_yuan="450.00")
    after = await report(office, may, "2021-05")
    project = await read(office, after)
    assert (project["stage_label"], project["progress_rate"]) == ("主体施工", "0.5000")
    assert (project["invested_yuan"], project["funds_received_yuan"]) == ("400.00", "600.00")
    assert (project["funds_paid_yuan"], project["state"]) == ("600.00", "started")
    assert [(p["month"], p["payment_pace"]) for p in project["progress"]] == [
        ("2021-04", "in-step"),
        ("2021-05", "in-step"),
    ]
    event = (await office.events())[-1].event
    assert isinstance(event, ProjectProgressed)
    assert (event.month, event.funds_paid_fen, event.progress_rate) == (
        "2021-05",
        45_000,
        Decimal("0.5"),
    )


async def test_a_correction_tells_the_difference(open_office: OpenOffice) -> None:
    """S6.5: one row per month; the events add up to what holds now."""
    office = await open_office("projects")
    (item,) = await started(office, site(1))
    after = await report(office, month_of(item))
    right = month_of(after, invested_yuan="180.00", funds_paid_yuan="160.50", progress_rate="0.1")
    after = await report(office, right)
    project = await read(office, after)
    assert (project["invested_yuan"], project["funds_paid_yuan"]) == ("180.00", "160.50")
    assert [(p["corrections"], p["progress_rate"]) for p in project["progress"]] == [(1, "0.1000")]
    events = [one.event for one in (await office.events())[-2:]]
    figures = [event.model_dump() for event in events]
    assert [one["invested_fen"] for one in figures] == [20_000, -2_000]
    assert sum(one["funds_paid_fen"] for one in figures) == 16_050
    assert figures[1]["funds_received_fen"] == 0


async def test_completion_and_its_correction(open_office: OpenOffice) -> None:
    """S6.5: 基本建成 ends the works; a mistaken report of it can be mended."""
    office = await open_office("projects")
    (item,) = await started(office, site(1))
    built = {"stage": "completed", "progress_rate": "1", "completed_units": 100}
    after = await report(office, month_of(item, **built))
    assert after["state"] == "completed"
    assert (await read(office, after))["completed_on"] == "2021-04-01"
    after = await report(office, month_of(after, stage="topped-out", completed_units=0))
    assert after["state"] == "started"
    assert (await read(office, after))["completed_units"] == 0
    after = await report(office, month_of(after, **built))
    after = await report(office, month_of(after, **built, invested_yuan="1.00"))
    assert after["state"] == "completed"


async def test_figures_that_cannot_be_are_refused(open_office: OpenOffice) -> None:
    """S6.5: with a pointer to each field."""
    office = await open_office("projects")
    items = await started(office, site(1), site(2))
    body = {
        "month": "2021-04",
        "items": [
            month_of(items[0], funds_paid_yuan="300.01", stage="levelling"),
            month_of(items[1], completed_units=101, progress_rate="1.01"),
        ],
    }
    answer = await post(city(office), "/v1/progress-tables", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "progress-refused")
    assert reasons(answer) == [
        ("stage-before-start", "/items/0/stage", "S6.5"),
        ("paid-above-received", "/items/0/funds_paid_yuan", "S6.5"),
        ("rate-above-one", "/items/1/progress_rate", "S6.5"),
        ("completed-above-units", "/items/1/completed_units", "S6.5"),
    ]
    negative = {"month": "2021-04", "items": [month_of(items[0], funds_paid_yuan="-1.00")]}
    assert (await post(city(office), "/v1/progress-tables", negative)).status_code == 422
    good = {"month": "2021-04", "items": [month_of(items[0])]}
    assert (await post(province(office), "/v1/progress-tables", good)).status_code == 403
    assert (await post(city(office, "220103"), "/v1/progress-tables", good)).status_code == 404


async def test_a_planned_project_has_no_progress_yet(open_office: OpenOffice) -> None:
    """S6.3: progress begins with the start."""
    office = await open_office("projects")
    (item,) = await planned(office, site(1))
    body = {"month": "2021-04", "items": [month_of(item)]}
    answer = await post(city(office), "/v1/progress-tables", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong-state")
