"""The limits of c9, each met exactly and passed by one.

IN.limits.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from shared.domain.roles import Role
from shared.runtime.app import create_app
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.inputs.asking import fault
from tests.shared.desk.spec import DESK

LETTER: dict[str, Any] = {"region": "220102", "text": "你好", "amount": "12.50", "pages": 1}
SMALL = 4096


@pytest.fixture
async def office(open_office: OpenOffice) -> AsyncIterator[Office]:
    """The desk with a small limit for bodies."""
    made = await open_office(DESK)
    settings = made.settings.model_copy(update={"json_limit": SMALL})
    kept, made.app = made.app, create_app(DESK, settings, clock=made.clock)
    yield made
    await kept.state.engine.dispose()


@pytest.fixture
def street(office: Office) -> httpx.AsyncClient:
    return office.client(Role.STREET)


def padded(size: int) -> bytes:
    """A body of so many bytes that is wrong in one field only."""
    start = b'{"region": "220102", "text": "", "amount": "12.50", "pages": 1, "more": "'
    return start + b"x" * (size - len(start) - 2) + b'"}'


async def sent(client: httpx.AsyncClient, content: Any, **headers: str) -> httpx.Response:
    """One letter."""
    known = {"Content-Type": "application/json", "Idempotency-Key": "limits-0001", **headers}
    return await client.post("/v1/letters", content=content, headers=known)


async def test_a_body_is_counted_while_it_comes(street: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(SMALL // 512 + 1):
            yield b"x" * 512

    assert (await sent(street, padded(SMALL))).status_code == 422
    for content in (padded(SMALL + 1), pieces()):
        answer = await sent(street, content)
        assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")
        assert not fault(answer)
    lie = await sent(street, padded(SMALL), **{"Content-Length": str(SMALL + 1)})
    assert lie.status_code == 413


async def test_an_address_and_the_headers(street: httpx.AsyncClient) -> None:
    place = "/v1/letters"
    for query, status in (("x" * (4096 - len(place) - 2), 200), ("x" * (4096 - len(place)), 414)):
        answer = await street.get(f"{place}?{query}=")
        assert answer.status_code == status, len(query)
    own = sum(len(k) + len(v) for k, v in street.build_request("GET", place).headers.raw)
    room = 16 * 1024 - own - len("x-filler")
    for size, status in ((room, 200), (room + 1, 431)):
        answer = await street.get(place, headers={"x-filler": "x" * size})
        assert answer.status_code == status, size


@pytest.mark.parametrize(("size", "status"), [(100, 201), (101, 422)])
async def test_a_text_has_its_length(street: httpx.AsyncClient, size: int, status: int) -> None:
    answer = await sent(street, json.dumps({**LETTER, "text": "甲" * size}).encode())
    assert answer.status_code == status
    assert status == 201 or answer.json()["errors"][0]["code"] == "string-too-long"


@pytest.mark.parametrize(("count", "status"), [(1000, 404), (1001, 422)])
async def test_a_list_has_at_most_a_thousand_items(
    open_office: OpenOffice, count: int, status: int
) -> None:
    street = (await open_office(DESK)).client(Role.STREET)
    items = [{"id": f"0190a1b2-0000-7000-8000-{n:012x}", "version": 1} for n in range(count)]
    answer = await street.post("/v1/letters-answers", json={"items": items})
    assert answer.status_code == status
    assert status == 404 or answer.json()["errors"][0]["code"] == "too-many"


@pytest.mark.parametrize(("depth", "code"), [(20, "int-type"), (21, "too-deep")])
async def test_a_value_has_at_most_twenty_levels(
    street: httpx.AsyncClient, depth: int, code: str
) -> None:
    value: Any = 1
    for _ in range(depth):
        value = {"a": value}
    answer = await sent(street, json.dumps({**LETTER, "pages": value}).encode())
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)


@pytest.mark.parametrize(("limit", "status"), [(1, 200), (200, 200), (201, 422), (0, 422)])
async def test_a_page_has_at_most_two_hundred(
    street: httpx.AsyncClient, limit: int, status: int
) -> None:
    assert (await street.get("/v1/letters", params={"limit": limit})).status_code == status
