"""Acceptance in lists: receipt numbers without gaps, whoever accepts at the same moment (O11.8)."""

import asyncio
import uuid
from typing import Any

import pytest
from sqlalchemy import text

from shared.domain.roles import Role
from tests.acting import REGION, Json, household, key, keyed, keys, person_at
from tests.applications.month import submitted
from tests.conftest import OpenOffice
from tests.counting import statements
from tests.harness import Office
from tests.shared.post import counts

NUMBERS = ("220102198506170011", "11010519491231002X", "22020319720229002X", "222401199612311232")
PATH = "/v1/acceptances"
TABLES = ("application", "outbox", "audit_log", "idempotency")


async def handed_in(office: Office, count: int = 3) -> list[Json]:
    """Files that wait for their acceptance."""
    return [await submitted(office, id_no=one, members=[]) for one in NUMBERS[:count]]


async def column(office: Office, sql: str) -> list[Any]:
    """One column, whichever the region."""
    async with office.sessions() as session:
        return list(await session.scalars(text(sql)))


async def receipts(office: Office) -> list[str | None]:
    """The receipt numbers in the order of the files."""
    return await column(office, "SELECT receipt_no FROM application ORDER BY id")


def numbers(*these: int, region: str = REGION) -> list[str]:
    return [f"ZB-{region}-2021-{one:07d}" for one in these]


async def test_a_list_is_read_once_and_written_once_with_its_numbers(
    open_office: OpenOffice,
) -> None:
    office = await open_office("applications")
    files = await handed_in(office)
    again, body = keyed(), {"items": keys(reversed(files))}
    street = person_at(office, Role.STREET)
    with statements(office) as sent:
        answer = await street.post(PATH, json=body, headers=again)
    assert (answer.status_code, len(sent)) == (200, 2), answer.text
    assert answer.json() == {
        "items": [{"id": one["id"], "state": "review1", "version": 2} for one in reversed(files)]
    }
    assert await receipts(office) == numbers(3, 2, 1)
    events = (await office.events())[3:]
    assert [(one.event.fact, one.version) for one in events] == [("application-accepted", 2)] * 3
    assert {str(one.subject): one.event.model_dump()["receipt_no"] for one in events} == dict(
        zip((one["id"] for one in files), numbers(3, 2, 1), strict=True)
    )
    second = await street.post(PATH, json=body, headers=again)
    assert (second.content, second.headers["idempotency-replayed"]) == (answer.content, "true")
    assert await column(office, "SELECT last FROM number_series") == [3]


async def test_a_list_over_two_offices_counts_in_each(open_office: OpenOffice) -> None:
    office = await open_office("applications")
    files = []
    for number, region in zip(NUMBERS, (REGION, "220103", REGION), strict=False):
        street = person_at(office, Role.STREET, region=region)
        body = household(id_no=number, region=region, members=[])
        files.append((await street.post("/v1/applications", json=body, headers=keyed())).json())
    city = person_at(office, Role.STREET, region="220100")
    answer = await city.post(PATH, json={"items": keys(files)})
    assert answer.status_code == 200, answer.text
    assert await receipts(office) == [*numbers(1), *numbers(1, region="220103"), *numbers(2)]


async def test_parallel_acceptances_leave_no_gap_and_no_number_twice(
    open_office: OpenOffice,
) -> None:
    """Four windows, each with a file of its own, and again for files that are refused."""
    office = await open_office("applications")
    files = await handed_in(office, 4)
    street = person_at(office, Role.STREET)
    for status in (200, 412):
        sent = (street.post(PATH, json={"items": [key(one)]}) for one in files)
        assert {one.status_code for one in await asyncio.gather(*sent)} == {status}
    assert sorted(str(one) for one in await receipts(office)) == numbers(1, 2, 3, 4)
    told = [one.event.model_dump()["receipt_no"] for one in (await office.events())[4:]]
    assert sorted(told) == numbers(1, 2, 3, 4)


@pytest.mark.parametrize("same_key", [True, False])
async def test_the_same_list_twice_at_once_counts_once(
    open_office: OpenOffice, same_key: bool
) -> None:
    office = await open_office("applications")
    files = await handed_in(office)
    street, shared, body = person_at(office, Role.STREET), keyed(), {"items": keys(files)}
    answers = await asyncio.gather(
        *(street.post(PATH, json=body, headers=shared if same_key else keyed()) for _ in range(4))
    )
    if same_key:
        assert {(one.status_code, one.content) for one in answers} == {(200, answers[0].content)}
    else:
        assert sorted(one.status_code for one in answers) == [200, 412, 412, 412]
    assert await receipts(office) == numbers(1, 2, 3)
    assert await counts(office, "outbox") == [6]
    assert await column(office, "SELECT last FROM number_series") == [3]


async def test_what_speaks_against_a_list_is_told_at_once_and_changes_nothing(
    open_office: OpenOffice,
) -> None:
    office = await open_office("applications")
    files = await handed_in(office, 4)
    street, used = person_at(office, Role.STREET), keyed()
    done = await street.post(PATH, json={"items": [key(files[0])]}, headers=used)
    assert done.status_code == 200
    before = await counts(office, *TABLES)
    good = keys(files[1:])
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
    assert await counts(office, *TABLES) == before
    assert await column(office, "SELECT last FROM number_series") == [1]


async def test_households_handed_in_at_once_are_each_taken_once(open_office: OpenOffice) -> None:
    """S1.3: the same people at four windows have one application, and three refusals say why."""
    office = await open_office("applications")
    street = person_at(office, Role.STREET)
    sent = (street.post("/v1/applications", json=household(), headers=keyed()) for _ in range(4))
    answers = await asyncio.gather(*sent)
    assert sorted(one.status_code for one in answers) == [201, 422, 422, 422]
    refused = [one.json() for one in answers if one.status_code == 422]
    assert {one["errors"][0]["code"] for one in refused} == {"household-running"}
    assert await counts(office, *TABLES) == [1, 1, 1, 1]
