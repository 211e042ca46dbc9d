"""Bulk commands at once: one reading, one statement, and the answers of the ordinary way."""

import asyncio
import uuid
from typing import Any

import pytest
from sqlalchemy import text

from shared.domain.roles import Role
from tests.applications.month import (
    REGION,
    Json,
    household,
    key,
    keyed,
    meeting,
    person_at,
    publish_standard,
    submitted,
)
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.projects.acts import city, done, month_of, planned, site, start_of
from tests.shared.http.test_hot import Asked, counts

OWN = {
    "id", "event_id", "subject", "object_id", "data", "trace", "key", "fingerprint", "body",
    "name", "phone", "household_key", "receipt_no", "at", "updated_at", "application_id",
    "content_digest", "project_id", "project_no", "parcel_no", "address",
}  # fmt: skip
"""Columns that differ from row to row in any case."""
NUMBERS = ("220102198506170011", "11010519491231002X", "22020319720229002X", "222401199612311232")
PATH = "/v1/acceptances"


async def handed_in(office: Office, count: int = 3) -> list[Json]:
    """Files that wait for their acceptance."""
    return [await submitted(office, id_no=one, members=[]) for one in NUMBERS[:count]]


async def told(office: Office, sql: str) -> list[Any]:
    """One column, whichever the region."""
    async with office.sessions() as session:
        return list(await session.scalars(text(sql)))


async def receipts(office: Office) -> list[str | None]:
    """The receipt numbers in the order of the files."""
    return await told(office, "SELECT receipt_no FROM application ORDER BY id")


async def test_a_good_list_is_read_once_and_written_once(
    open_office: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = await open_office("applications")
    files = await handed_in(office)
    asked = Asked(office, monkeypatch)
    again = keyed()
    body = {"items": [key(one) for one in reversed(files)]}
    answer = await person_at(office, Role.STREET).post(PATH, json=body, headers=again)
    assert (answer.status_code, asked.rows) == (200, [3, 1])
    assert answer.json() == {
        "items": [{"id": one["id"], "state": "review1", "version": 2} for one in reversed(files)]
    }
    assert await receipts(office) == [f"ZB-{REGION}-2021-000000{n}" for n in (3, 2, 1)]
    events = (await office.events())[3:]
    assert [(one.event.fact, one.version) for one in events] == [("application-accepted", 2)] * 3
    assert {str(one.subject): one.event.model_dump()["receipt_no"] for one in events} == {
        one["id"]: f"ZB-{REGION}-2021-000000{n}" for n, one in zip((3, 2, 1), files, strict=True)
    }
    second = await person_at(office, Role.STREET).post(PATH, json=body, headers=again)
    assert (second.content, second.headers["idempotency-replayed"]) == (answer.content, "true")
    assert await told(office, "SELECT last FROM number_series") == [3]


async def differing(office: Office, tables: tuple[str, ...]) -> list[str]:
    """What is not alike in the first and second half of tables, but for what is each row's own."""
    found = []
    async with office.sessions() as session:
        for table in tables:
            read = await session.execute(text(f"SELECT * FROM {table}"))
            rows = [{k: v for k, v in row.items() if k not in OWN} for row in read.mappings()]
            half = len(rows) // 2
            pairs = zip(rows[:half], rows[half:], strict=True)
            odd = {k: (one[k], other[k]) for one, other in pairs for k in one if one[k] != other[k]}
            if odd or not rows:
                found.append(f"{table}: {odd}")
    return found


def never_at_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the one statement never finds its rows as they were."""
    real = office.app.state.hot.fetch

    async def fetch(sql: str, *values: Any) -> Any:
        return [] if "FOR UPDATE" in sql else await real(sql, *values)

    monkeypatch.setattr(office.app.state.hot, "fetch", fetch)


@pytest.mark.parametrize("count", [1, 2])
async def test_both_ways_write_the_same_rows(
    open_office: OpenOffice, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """Acceptance, first review with its notice, second review with the standard before it."""
    office = await open_office("applications")
    assert (await publish_standard(office)).status_code == 201
    files = await handed_in(office, 2 * count)
    street = person_at(office, Role.STREET)
    asked = Asked(office, monkeypatch)

    async def whole(some: list[Json]) -> None:
        body = {"items": [key(one) for one in some]}
        answer = await street.post(PATH, json=body, headers=keyed())
        assert answer.status_code == 200, answer.text
        passed = await meeting(office, 1, answer.json()["items"])
        assert passed.status_code == 200, passed.text

    await whole(files[:count])
    assert asked.rows == [count, 1, count, 0, 1, 1]
    never_at_once(office, monkeypatch)
    await whole(files[count:])
    tables = (
        "application ORDER BY id",
        "outbox WHERE version = 2 ORDER BY id",
        "outbox WHERE version = 3 ORDER BY id",
        "audit_log WHERE object_version = 2 ORDER BY id",
        "audit_log WHERE object_version = 3 ORDER BY id",
        "idempotency WHERE route LIKE '%acceptances' ORDER BY at",
        "review ORDER BY application_id",
        "public_notice ORDER BY application_id",
    )
    assert await differing(office, tables) == []
    assert await receipts(office) == [f"ZB-{REGION}-2021-{n + 1:07d}" for n in range(2 * count)]


async def test_projects_start_and_progress_the_same_either_way(
    open_office: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = await open_office("projects")
    items = await planned(office, *(site(n, households=100, area_sqm="7000.00") for n in range(4)))
    asked = Asked(office, monkeypatch)

    async def whole(some: list[Json]) -> None:
        body: Json = {"items": [start_of(one) for one in some]}
        going = (await done(city(office), "/v1/starts", body))["items"]
        body = {"month": "2021-04", "items": [month_of(one) for one in going]}
        await done(city(office), "/v1/progress-tables", body)

    await whole(items[:2])
    assert asked.rows == [2, 1, 2, 0, 0, 1]
    never_at_once(office, monkeypatch)
    await whole(items[2:])
    tables = (
        "project ORDER BY project_no",
        "progress_month ORDER BY id",
        "outbox WHERE version > 4 ORDER BY id",
        "audit_log WHERE object_version > 4 ORDER BY id",
    )
    assert await differing(office, tables) == []


async def test_a_list_over_two_offices_counts_in_each(open_office: OpenOffice) -> None:
    office = await open_office("applications")
    regions = (REGION, "220103", REGION)
    files = []
    for number, region in zip(NUMBERS, regions, strict=False):
        street = person_at(office, Role.STREET, region=region)
        body = household(id_no=number, region=region, members=[])
        files.append((await street.post("/v1/applications", json=body, headers=keyed())).json())
    city = person_at(office, Role.STREET, region="220100")
    answer = await city.post(PATH, json={"items": [key(one) for one in files]})
    assert answer.status_code == 200, answer.text
    assert await receipts(office) == [
        "ZB-220102-2021-0000001", "ZB-220103-2021-0000001", "ZB-220102-2021-0000002",
    ]  # fmt: skip


@pytest.mark.parametrize("same_key", [True, False])
async def test_the_same_list_twice_at_once_counts_once(
    open_office: OpenOffice, same_key: bool
) -> None:
    office = await open_office("applications")
    files = await handed_in(office)
    street, shared = person_at(office, Role.STREET), keyed()
    body = {"items": [key(one) for one in files]}
    answers = await asyncio.gather(
        *(street.post(PATH, json=body, headers=shared if same_key else keyed()) for _ in range(4))
    )
    if same_key:
        assert {(one.status_code, one.content) for one in answers} == {(200, answers[0].content)}
    else:
        assert sorted(one.status_code for one in answers) == [200, 412, 412, 412]
    assert await receipts(office) == [f"ZB-{REGION}-2021-000000{n}" for n in (1, 2, 3)]
    assert await told(office, "SELECT count(*) FROM outbox") == [6]
    assert await told(office, "SELECT last FROM number_series") == [3]


async def test_what_speaks_against_a_list_is_told_as_before_and_changes_nothing(
    open_office: OpenOffice,
) -> None:
    office = await open_office("applications")
    files = await handed_in(office, 4)
    street, used = person_at(office, Role.STREET), keyed()
    done = await street.post(PATH, json={"items": [key(files[0])]}, headers=used)
    assert done.status_code == 200
    before = await counts(office)
    good = [key(one) for one in files[1:]]
    unknown = {"id": str(uuid.uuid4()), "version": 1}
    cases: list[tuple[list[Json], int, str, str]] = [
        ([*good, {**key(files[0]), "version": 1}], 412, "version-stale", "/items/3/version"),
        ([*good, {**key(files[0]), "version": 2}], 409, "wrong-state", "/items/3"),
        ([good[0], good[1], good[0]], 422, "items-repeated", "/items/2/id"),
        ([unknown, *good], 404, "not-found", "/items/0/id"),
    ]
    for items, status, code, pointer in cases:
        refused = await street.post(PATH, json={"items": items}, headers=keyed())
        assert (refused.status_code, refused.json()["code"]) == (status, code)
        assert [one["pointer"] for one in refused.json()["errors"]] == [pointer]
    reused = await street.post(PATH, json={"items": good}, headers=used)
    assert (reused.status_code, reused.json()["code"]) == (422, "key-reused")
    elsewhere = person_at(office, Role.STREET, region="220202")
    outside = await elsewhere.post(PATH, json={"items": good}, headers=keyed())
    assert (outside.status_code, len(outside.json()["errors"])) == (404, 3)
    assert await counts(office) == before
    assert await told(office, "SELECT last FROM number_series") == [1]


async def test_what_changes_between_reading_and_writing_stops_the_whole_list(
    open_office: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = await open_office("applications")
    files = await handed_in(office)
    real = office.app.state.hot.fetch
    seen: list[int] = []

    async def overtaken(sql: str, *values: Any) -> Any:
        found = await real(sql, *values)
        if not seen:
            withdrawn = "UPDATE application SET state = 'withdrawn', version = 2 WHERE id = $2"
            async with office.sessions() as session, session.begin():
                await session.execute(
                    text(withdrawn.replace("$2", ":id")), {"id": uuid.UUID(files[2]["id"])}
                )
        seen.append(len(found))
        return found

    monkeypatch.setattr(office.app.state.hot, "fetch", overtaken)
    body = {"items": [key(one) for one in files]}
    refused = await person_at(office, Role.STREET).post(PATH, json=body, headers=keyed())
    assert (refused.status_code, refused.json()["code"]) == (412, "version-stale")
    assert seen == [3, 0]
    assert await receipts(office) == [None, None, None]
    assert await told(office, "SELECT count(*) FROM number_series") == [0]
    assert await told(office, "SELECT count(*) FROM outbox") == [3]
