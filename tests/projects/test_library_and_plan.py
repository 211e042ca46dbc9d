"""Library and annual plan over HTTP (S4.2, S5.2, S7.2)."""

from sqlalchemy import text

from shared.contracts.projects import ProjectEnteredLibrary, ProjectPlanned
from tests.acting import done, keys, post, province, reasons
from tests.conftest import OpenOffice
from tests.projects.acts import city, in_library, plan_of, planned, read, screened, site


async def test_the_library_takes_parcel_year_and_priority(open_office: OpenOffice) -> None:
    """S5.2, S5.3, S5.4, S5.5: the priority is the first factor that applies."""
    office = await open_office("projects")
    items = await in_library(
        office,
        site(1, location_kind="old-town", households=60),
        site(2, households=50),
        site(3, households=10, traits=["small-parcel", "scattered", "petitions"]),
        site(4, households=49),
    )
    shown = [await read(office, item) for item in items]
    assert [one["priority"] for one in shown] == ["P1", "P2", "P3", "P0"]
    assert shown[0]["factors"] == ["P1", "P2"]
    assert {one["renovation_year"] for one in shown} == {2021}
    events = [one.event for one in (await office.events())[-4:]]
    assert all(isinstance(event, ProjectEnteredLibrary) for event in events)
    assert [event.model_dump()["priority"] for event in events] == ["P1", "P2", "P3", "P0"]


async def test_no_library_without_parcel_or_in_another_year(open_office: OpenOffice) -> None:
    """S4.2: all reasons of the list at once, and nothing enters."""
    office = await open_office("projects")
    items = await screened(office, site(1), site(2, parcel_no=None))
    body = {"renovation_year": 2026, "items": keys(items)}
    answer = await post(province(office), "/v1/library-entries", body)
    assert reasons(answer) == [
        ("year-outside-plan", "/renovation_year", "S4.2"),
        ("parcel-missing", "/items/1/id", "S4.2"),
    ]
    assert {(await read(office, item))["state"] for item in items} == {"screened"}
    assert (await post(city(office), "/v1/library-entries", body)).status_code == 403


async def test_the_plan_draws_on_the_library_only(open_office: OpenOffice) -> None:
    """S5.2: a screened project must enter the library first."""
    office = await open_office("projects")
    (item,) = await screened(office, site(1))
    answer = await post(
        province(office), "/v1/annual-plans", {"year": 2021, "items": [plan_of(item)]}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong-state")
    assert answer.json()["clause"] == "S5.2"


async def test_planned_projects_get_their_numbers(open_office: OpenOffice) -> None:
    """S7.2: the cash flow is kept with what is left each year."""
    office = await open_office("projects")
    items = await planned(office, site(1), site(2))
    assert [i["state"] for i in items] == ["planned", "planned"]
    shown = [await read(office, item) for item in items]
    assert [one["project_no"] for one in shown] == ["PG-220102-2021-00001", "PG-220102-2021-00002"]
    assert [(f["year"], f["left_yuan"]) for f in shown[0]["cash_flow"]] == [
        (2021, "400.00"),
        (2022, "200.00"),
    ]
    event = (await office.events())[-1].event
    assert isinstance(event, ProjectPlanned)
    assert (event.project_no, event.units, event.investment_fen, event.needs_clearing) == (
        "PG-220102-2021-00002",
        100,
        100_000,
        True,
    )


async def test_next_years_plan_is_numbered_with_its_year(open_office: OpenOffice) -> None:
    """S7.2: a plan may be made the year before."""
    office = await open_office("projects")
    (item,) = await in_library(office, site(1), year=2022)
    body = {"year": 2022, "items": [plan_of(item, planned_start_on="2022-04-28")]}
    await done(province(office), "/v1/annual-plans", body)
    assert (await read(office, item))["project_no"] == "PG-220102-2022-00001"


async def test_a_plan_that_does_not_pay_is_refused_as_a_whole(open_office: OpenOffice) -> None:
    """S7.2: every year and the whole life; a number that was not given is not used up."""
    office = await open_office("projects")
    good, bad = await in_library(office, site(1), site(2))
    gap = [
        {"year": 2021, "in_yuan": "1000.00", "out_yuan": "1000.01"},
        {"year": 2022, "in_yuan": "0.01", "out_yuan": "0.00"},
    ]
    items = [plan_of(good), plan_of(bad, cash_flow=gap, planned_start_on="2022-01-01")]
    answer = await post(province(office), "/v1/annual-plans", {"year": 2021, "items": items})
    assert (answer.status_code, answer.json()["code"]) == (422, "plan-refused")
    assert reasons(answer) == [
        ("start-outside-year", "/items/1/planned_start_on", "S6.1"),
        ("year-not-balanced", "/items/1/cash_flow/0", "S7.2"),
    ]
    body = {"year": 2021, "items": [plan_of(good)]}
    await done(province(office), "/v1/annual-plans", body)
    assert (await read(office, good))["project_no"].endswith("00001")


async def test_the_database_itself_refuses_a_gap(open_office: OpenOffice) -> None:
    """S7.2: no row of a cash flow can be below zero."""
    office = await open_office("projects")
    await planned(office, site(1))
    async with office.sessions() as session:
        found = await session.scalars(text("SELECT conname FROM pg_constraint WHERE contype = 'c'"))
        assert {"ck_cash_flow_year_balanced", "ck_project_planned_is_complete"} <= set(found)
