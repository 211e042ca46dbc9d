"""Idempotency-Key: repeated, at once, reused, and free again after a refusal (IN.key)."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from shared.domain.roles import Role
from tests.acting import as_seen
from tests.counting import statements
from tests.harness import Office
from tests.shared.post import BODY, CHANGE, RUN, as_owner, counts, hand_in, write_letters

TABLES = ("letter", "outbox", "audit_log", "idempotency")

both = pytest.mark.parametrize("path", [CHANGE, RUN], ids=["change", "run"])


@both
async def test_a_repeated_command_answers_the_same_and_acts_once(
    office: Office, street: httpx.AsyncClient, path: str
) -> None:
    first, second = await hand_in(street, path), await hand_in(street, path)
    assert second.status_code == 201
    assert second.content == first.content
    assert second.headers["etag"] == '"1"'
    assert second.headers["idempotency-replayed"] == "true"
    other = await hand_in(street, path, text="不同")
    assert (other.status_code, other.json()["code"]) == (422, "key-reused")
    stranger = await hand_in(office.client(Role.STREET, subject="u2"), path)
    assert stranger.json()["id"] != first.json()["id"]
    assert await counts(office, *TABLES) == [2, 2, 2, 2]


@both
async def test_twenty_at_once_with_one_key_have_one_effect(
    office: Office, street: httpx.AsyncClient, path: str
) -> None:
    answers = await asyncio.gather(*(hand_in(street, path) for _ in range(20)))
    assert {a.status_code for a in answers} == {201}
    assert len({a.content for a in answers}) == 1
    assert await counts(office, *TABLES) == [1, 1, 1, 1]


@both
async def test_a_transition_that_is_repeated_is_not_told_that_it_came_too_late(
    office: Office, street: httpx.AsyncClient, path: str
) -> None:
    """The rule would refuse the second time; the key's first answer goes before."""
    [id] = await write_letters(office, 1)
    headers = {"Idempotency-Key": "key-00000001"} | as_seen(1)
    answers = [await street.post(f"{path}/{id}/answer", headers=headers) for _ in range(3)]
    answers += await asyncio.gather(
        *(street.post(f"{path}/{id}/answer", headers=headers) for _ in range(3))
    )
    assert {(one.status_code, one.content) for one in answers} == {(200, answers[0].content)}
    without = await street.post(f"{path}/{id}/answer", headers=as_seen(2))
    assert without.json()["code"] == "wrong-state"
    assert await counts(office, "outbox", "idempotency") == [2, 1]


@both
async def test_a_refused_command_stores_nothing_and_its_key_stays_free(
    office: Office, street: httpx.AsyncClient, path: str
) -> None:
    assert (await hand_in(street, path, region="220202")).status_code == 403
    assert await counts(office, *TABLES) == [0, 0, 0, 0]
    assert (await hand_in(street, path)).status_code == 201


@both
async def test_a_command_that_the_database_refuses_leaves_its_key_free(
    office: Office, street: httpx.AsyncClient, path: str
) -> None:
    """The event is refused after letter and key were written: both go with it."""
    await as_owner(office, "ALTER TABLE outbox ADD CONSTRAINT never CHECK (false)")
    refused = await hand_in(street, path)
    assert (refused.status_code, refused.json()["code"]) == (409, "not-consistent")
    assert await counts(office, *TABLES) == [0, 0, 0, 0]
    await as_owner(office, "ALTER TABLE outbox DROP CONSTRAINT never")
    assert (await hand_in(street, path)).status_code == 201


@both
async def test_a_key_that_was_left_without_an_answer_is_said_so(
    office: Office, street: httpx.AsyncClient, path: str
) -> None:
    taken = await hand_in(street, path)
    await as_owner(office, "UPDATE idempotency SET status = NULL")
    left = await hand_in(street, path)
    assert (taken.status_code, left.status_code, left.json()["code"]) == (
        201, 400, "key-unfinished",
    )  # fmt: skip


@both
async def test_a_key_of_another_request_stops_a_transition(
    office: Office, street: httpx.AsyncClient, path: str
) -> None:
    """All is well with the letter, and the key is taken: nothing is half done."""
    [id] = await write_letters(office, 1)
    taken = {"route": f"POST {path}/{id}/answer", "key": "key-00000001"}
    async with office.sessions() as session, session.begin():
        await session.execute(
            text(
                "INSERT INTO idempotency (actor, route, key, fingerprint, at)"
                " VALUES ('u1', :route, :key, '\\x00', now())"
            ),
            taken,
        )
    headers = {"Idempotency-Key": "key-00000001"} | as_seen(1)
    refused = await street.post(f"{path}/{id}/answer", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "key-reused")
    assert (await street.get(f"/v1/letters/{id}")).json()["version"] == 1


async def test_a_key_costs_a_change_no_statement(office: Office, street: httpx.AsyncClient) -> None:
    with statements(office) as sent:
        assert (await hand_in(street, CHANGE)).status_code == 201
    assert len(sent) == 1
    with statements(office) as sent:
        await hand_in(street, CHANGE)
    assert len(sent) == 2, "the statement that failed, and the first answer"


@pytest.mark.parametrize("key", ["short", "ключ-ключ-ключ".encode(), "k" * 256])
async def test_a_malformed_key_is_refused(street: httpx.AsyncClient, key: str | bytes) -> None:
    headers: Any = {"Idempotency-Key": key}
    assert (await street.post(CHANGE, json=BODY, headers=headers)).status_code == 422


async def test_a_creating_command_needs_a_key(street: httpx.AsyncClient) -> None:
    answer = await street.post(CHANGE, json=BODY)
    assert (answer.status_code, answer.json()["code"]) == (400, "key-required")
