"""The way of a change: sent as one statement, run again when it was overtaken, bounded."""

import asyncio
from uuid import UUID

import httpx
from sqlalchemy import text, update

from tests.acting import as_seen
from tests.counting import statements
from tests.harness import Office
from tests.shared.desk.tables import Letter
from tests.shared.post import counts, write_letters
from tests.waiting import until

TABLES = ("letter", "reply", "outbox", "audit_log", "idempotency")
SEEN = as_seen(1)


async def overtaken(
    office: Office, client: httpx.AsyncClient, path: str, id: UUID, **given: object
) -> httpx.Response:
    """Send a command on a letter that somebody else changes between its reading and writing."""
    async with office.sessions() as session:
        changed = update(Letter).where(Letter.id == id).values(version=Letter.version + 1)
        await session.execute(changed)
        sent = asyncio.create_task(client.post(path, json=given or None, headers=SEEN))

        async def waits() -> bool:
            locks = "SELECT 1 FROM pg_locks WHERE NOT granted"
            return bool(await office.connections.fetch(locks))

        await until(waits)
        await session.commit()
    return await sent


async def test_a_good_transition_is_read_once_and_written_once(
    office: Office, street: httpx.AsyncClient
) -> None:
    [id] = await write_letters(office, 1)
    with statements(office) as sent:
        done = await street.post(f"/v1/letters/{id}/answer", headers=SEEN)
    assert (done.status_code, done.headers["etag"], len(sent)) == (200, '"2"', 2)


async def test_an_overtaken_change_runs_again_and_is_refused_with_the_reason(
    office: Office, street: httpx.AsyncClient
) -> None:
    [id] = await write_letters(office, 1)
    before = await counts(office, *TABLES)
    refused = await overtaken(office, street, f"/v1/letters/{id}/answer", id)
    assert (refused.status_code, refused.json()["code"]) == (412, "version-stale")
    assert refused.json()["version"] == 2
    assert await counts(office, *TABLES) == before


async def test_an_overtaken_list_is_refused_whole_by_its_place(
    office: Office, street: httpx.AsyncClient
) -> None:
    ids = await write_letters(office, 3)
    before = await counts(office, *TABLES)
    items = [{"id": str(id), "version": 1} for id in ids]
    refused = await overtaken(office, street, "/v1/letters-answers", ids[1], items=items)
    assert (refused.status_code, refused.json()["code"]) == (412, "version-stale")
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/items/1/version"]
    assert await counts(office, *TABLES) == before


async def test_a_run_waits_and_is_refused_with_the_reason(
    office: Office, street: httpx.AsyncClient
) -> None:
    [id] = await write_letters(office, 1)
    refused = await overtaken(office, street, f"/v1/registered-letters/{id}/answer", id)
    assert (refused.status_code, refused.json()["code"]) == (412, "version-stale")


async def test_a_guard_that_finds_a_row_lets_the_rule_say_why(
    office: Office, street: httpx.AsyncClient
) -> None:
    [id] = await write_letters(office, 1)
    async with office.sessions() as session, session.begin():
        reply = "INSERT INTO reply VALUES (gen_random_uuid(), :letter, '已阅', true)"
        await session.execute(text(reply), {"letter": id})
    path = f"/v1/letters/{id}/replies"
    refused = await street.post(path, json={"text": "已阅"}, headers=SEEN)
    assert (refused.status_code, refused.json()["code"]) == (409, "reply-sent")
    done = await street.post(path, json={"text": "另复"}, headers=SEEN)
    assert (done.status_code, done.json()["state"]) == (201, "answered")
    assert await counts(office, *TABLES) == [1, 2, 2, 2, 0]


async def test_a_constraint_speaks_when_no_rule_does(
    office: Office, street: httpx.AsyncClient
) -> None:
    """A draft of the same words is no reply that was sent, but there may be only one."""
    [id] = await write_letters(office, 1)
    async with office.sessions() as session, session.begin():
        reply = "INSERT INTO reply VALUES (gen_random_uuid(), :letter, '已阅', false)"
        await session.execute(text(reply), {"letter": id})
    path = f"/v1/letters/{id}/replies"
    refused = await street.post(path, json={"text": "已阅"}, headers=SEEN)
    assert (refused.status_code, refused.json()["code"]) == (409, "already-exists")
    assert await counts(office, *TABLES) == [1, 1, 1, 1, 0]


async def test_attempts_are_bounded(office: Office, street: httpx.AsyncClient) -> None:
    """Four times read and written; then whoever asks is told when to come again."""
    [id] = await write_letters(office, 1)
    before = await counts(office, *TABLES)
    with statements(office) as sent:
        refused = await street.post(f"/v1/letters/{id}/never", headers=SEEN)
    assert (refused.status_code, refused.json()["code"]) == (409, "in-progress")
    assert refused.headers["retry-after"] == "2"
    assert len(sent) == 8
    assert await counts(office, *TABLES) == before


async def test_many_answer_one_letter_and_one_is_right(
    office: Office, street: httpx.AsyncClient
) -> None:
    """One event, one audit row; everybody else is told that his version is old."""
    for path in ("letters", "registered-letters"):
        [id] = await write_letters(office, 1)
        sent = (street.post(f"/v1/{path}/{id}/answer", headers=SEEN) for _ in range(8))
        answers = await asyncio.gather(*sent)
        assert sorted(one.status_code for one in answers) == [200] + 7 * [412]
    assert await counts(office, "letter", "outbox", "audit_log") == [2, 4, 4]
