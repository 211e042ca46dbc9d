"""A route's plan reads good requests; it gives the answers that FastAPI would have given."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from deploy.docs.specs import specs
from shared.domain.roles import Role
from shared.http.plan import plan_of
from shared.http.route import CommandRoute
from tests.conftest import OpenOffice
from tests.shared.desk.spec import DESK

BODY = {"region": "220102", "text": "你好", "amount": "12.50", "pages": 1}
TRACE = {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
ABSENT = "0190a1b2-0000-7000-8000-000000000001"


def routes() -> Iterator[CommandRoute]:
    for router in DESK.routers:
        for route in router.routes:
            assert isinstance(route, CommandRoute)
            yield route


def raw(**change: Any) -> bytes:
    return json.dumps(BODY | change).encode()


BODIES: list[bytes] = [
    raw(),
    raw(written_on="2021-03-31"),
    raw()[:-1] + b',"text":"again"}',
    raw()[:-1] + b',"text":5}',
    raw(text=" e\u0301 "),
    raw(text="\ud800"),
    raw(text=None),
    raw(pages="1"),
    raw(pages=1.5),
    raw(pages=2**60),
    raw(amount=1),
    raw(unknown=1),
    raw().replace(b"1}", b"NaN}"),
    "\ufeff".encode() + raw(),
    raw().decode().encode("utf-16"),
    b"[" * 300 + b"]" * 300,
    b"null",
    b"",
]


async def answers(client: httpx.AsyncClient, key: str) -> list[tuple[Any, ...]]:
    """What every request of a kind is answered, without what must differ."""
    found = []
    for n, body in enumerate(BODIES):
        headers = {"Idempotency-Key": f"{key}-{n:08}", "Content-Type": "application/json"}
        answer = await client.post("/v1/letters", content=body, headers=headers | TRACE)
        found.append(_plain(answer))
    for path in (
        "/v1/letters?limit=2", "/v1/letters?limit=x", "/v1/letters?limit=1_0", "/v1/letters?text=a",
        "/v1/letters?limit=1&limit=2", "/v1/letters?cursor=x", f"/v1/letters/{ABSENT}",
        "/v1/letters/no", f"/v1/letters/{ABSENT}?more=1", "/v1/notice-board",
    ):  # fmt: skip
        found.append(_plain(await client.get(path, headers=TRACE)))
    return found


def _plain(answer: httpx.Response) -> tuple[Any, ...]:
    body = answer.json()
    body.pop("id", None)
    for item in body.get("items", ()):
        item.pop("id")
    body.pop("next", None)
    return answer.status_code, sorted(answer.headers.items()), body


async def test_plan_and_fastapi_answer_alike(
    open_office: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = {route.path for route in routes() if route._plan is not None}
    assert {"/v1/letters", "/v1/letters/{id}", "/v1/letters/{id}/answer"} <= planned
    client = (await open_office(DESK)).client(Role.STREET)
    mine = await answers(client, "plan")
    for route in routes():
        monkeypatch.setattr(route, "_plan", None)
    theirs = await answers(client, "solved")
    for asked, one, other in zip([*BODIES, *range(10)], mine, theirs, strict=True):
        assert one == other, asked
    assert {status for status, *_ in mine} >= {200, 201, 404, 422}


def test_every_route_without_a_file_has_a_plan() -> None:
    found = [
        f"{method} {route.path}"
        for spec in specs()
        for router in spec.routers
        for route in router.routes
        if isinstance(route, APIRoute) and plan_of(route) is None
        for method in route.methods or ()
    ]
    assert set(found) == {
        "POST /v1/household-imports", "POST /v1/batches", "POST /v1/batches/{id}/bank-return",
        "POST /v1/overdue-imports", "POST /v1/target-imports", "GET /v1/bulletins/{month}/document",
    }  # fmt: skip
