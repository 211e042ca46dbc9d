"""What another changes between the reading and the writing of a command."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from tests.acting import done, keys, post, province, reasons
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.projects.acts import city, planned, read, screened, site, surveyed


@contextmanager
def before(office: Office, table: str, act: Callable[[], Awaitable[Any]]) -> Iterator[list[Any]]:
    """Do something once, just before the first statement that writes to a table is sent."""
    connections, answers = office.app.state.connections, []
    real = connections.fetch

    async def fetch(sql: str, *values: Any) -> Any:
        if f'INSERT INTO "{table}"' in sql and connections.fetch is fetch:
            connections.fetch = real
            answers.append(await act())
        return await real(sql, *values)

    connections.fetch = fetch
    try:
        yield answers
    finally:
        connections.fetch = real


async def test_two_surveys_of_one_parcel(open_office: OpenOffice) -> None:
    """S4.2: the second is refused with the reason, as if it had come later."""
    office = await open_office("projects")

    async def sooner() -> Any:
        return await surveyed(office, site(1))

    with before(office, "project", sooner) as first:
        answer = await post(city(office), "/v1/surveys", {"items": [site(2), site(1)]})
    assert len(first) == 1
    assert (answer.status_code, answer.json()["code"]) == (422, "survey-incomplete")
    assert reasons(answer) == [("parcel-taken", "/items/1/parcel_no", "S4.2")]
    assert len((await province(office).get("/v1/projects")).json()["items"]) == 1


async def test_a_check_of_facts_that_were_corrected_meanwhile(open_office: OpenOffice) -> None:
    """S4.4: no verdict is kept of facts that hold no longer, also when nothing else changes."""
    office = await open_office("projects")
    (item,) = await surveyed(office, site(1, location_kind="ordinary-town"))
    office.clock.set(datetime(2021, 4, 1, 9, tzinfo=UTC))
    path = f"/v1/projects/{item['id']}/corrections"
    mended = {"location_kind": "built-up-area", "reason": "复核"}

    async def sooner() -> Any:
        return await done(city(office), path, mended, 1)

    with before(office, "screening_verdict", sooner) as first:
        body = {"items": keys([item], evidence={})}
        answer = await post(city(office), "/v1/screenings", body)
    assert first[0]["state"] == "screened"
    assert (answer.status_code, answer.json()["code"]) == (412, "version-stale")
    shown = await read(office, item)
    assert {one["occasion"] for one in shown["screening"]} == {"correction"}
    assert {one["outcome"] for one in shown["screening"]} == {"pass"}


async def test_a_linked_project_that_is_refused_meanwhile(open_office: OpenOffice) -> None:
    """S4.X3: infrastructure does not pass for a project that is out."""
    office = await open_office("projects")
    (main,) = await planned(office, site(1))
    number = (await read(office, main))["project_no"]
    (pipes,) = await surveyed(office, site(2, nature="infrastructure"))
    async with office.sessions() as session, session.begin():
        connection = await session.connection()
        await connection.exec_driver_sql(
            "UPDATE project SET nature = 'real-estate' WHERE project_no IS NOT NULL"
        )

    async def sooner() -> Any:
        opinion = {"opinion": "实为商品房开发"}
        path = f"/v1/projects/{main['id']}/refusal"
        return await done(province(office), path, opinion, main["version"])

    link = {"link": {"project_no": number, "reason": "回迁小区供水管网"}}
    with before(office, "screening_verdict", sooner) as first:
        body = {"items": keys([pipes], evidence=link)}
        answer = await done(city(office), "/v1/screenings", body)
    assert first[0]["state"] == "prohibited"
    assert answer["items"][0]["state"] == "surveyed"


async def test_a_parcel_cannot_be_corrected_to_anothers(open_office: OpenOffice) -> None:
    """S4.2: as in a survey."""
    office = await open_office("projects")
    first, second = await screened(office, site(1), site(2))
    taken = (await read(office, first))["parcel_no"]
    path = f"/v1/projects/{second['id']}/corrections"
    body = {"parcel_no": taken, "reason": "编号写错"}
    answer = await post(city(office), path, body, second["version"])
    assert (answer.status_code, answer.json()["code"]) == (422, "survey-incomplete")
    assert reasons(answer) == [("parcel-taken", "/parcel_no", "S4.2")]
