"""The OpenAPI documents tell the truth: generated requests, by every post, checked by schemathesis.

SCHEMATHESIS_EXAMPLES says how many requests per route (2 without it).
"""

import asyncio
import os
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, TypeVar

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shared.roles import Role
from tests.scope.matrix import POSTS
from tests.world.world import World
from tests.world.worlds import NAMES, Worlds

T = TypeVar("T")
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "2"))
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip


class Thread:
    """An event loop beside the test, because hypothesis does not wait for coroutines."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@contextmanager
def opened(worlds: Worlds, name: str) -> Iterator[tuple[Thread, World]]:
    """A world in a loop of its own."""
    thread = Thread()
    manager = worlds.open(name)
    world = thread.run(manager.__aenter__())
    try:
        yield thread, world
    finally:
        thread.run(manager.__aexit__(None, None, None))
        thread.stop()


def callers(world: World) -> dict[Role, httpx.AsyncClient]:
    """One caller per post."""
    return {r: world.client(r, "220000" if r is Role.PROVINCE else "220100") for r in POSTS}


@pytest.mark.parametrize("name", NAMES)
def test_no_generated_request_breaks_the_contract(name: str, worlds: Worlds) -> None:
    with opened(worlds, name) as (thread, world):
        document = world.office.app.openapi()
        schema = schemathesis.openapi.from_dict(document)
        people, wrong = callers(world), dict[str, str]()
        for result in schema.get_all_operations():
            assert isinstance(result, Ok)
            operation = result.ok()
            for failure in _tried(operation, thread, people):
                wrong[operation.label] = failure
        assert not wrong, "\n\n".join(f"{label}\n{text[:700]}" for label, text in wrong.items())


def _tried(operation: Any, thread: Thread, people: dict[Role, httpx.AsyncClient]) -> list[str]:
    """What was wrong with the answers to some generated requests of one operation."""
    wrong: list[str] = []
    turns = count()

    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def check(case: Any) -> None:
        for client in _some(people, next(turns)):
            sent = case.as_transport_kwargs(base_url="http://office")
            request = client.build_request(sent.pop("method"), sent.pop("url"), **_for_httpx(sent))
            request.headers["authorization"] = client.headers["authorization"]
            thread.run(request.aread())
            answer = thread.run(client.send(request))
            try:
                case.validate_response(answer, checks=CHECKS)
            except FailureGroup as failed:
                wrong.append(f"{[str(one) for one in failed.exceptions]}")

    check()
    return wrong


def _some(people: dict[Role, httpx.AsyncClient], turn: int) -> list[httpx.AsyncClient]:
    """Three of the posts, others at each turn: all have asked after a few."""
    clients = list(people.values())
    return [clients[(turn * 3 + n) % len(clients)] for n in range(3)]


def _for_httpx(sent: dict[str, Any]) -> dict[str, Any]:
    """What was made for requests, as httpx takes it."""
    found = {k: v for k, v in sent.items() if v is not None and k != "cookies"}
    if "data" in found and isinstance(found["data"], bytes | str):
        found["content"] = found.pop("data")
    if isinstance(found.get("files"), list):
        found["files"] = [(name, _part(part)) for name, part in found["files"]]
    return found


def _part(part: Any) -> Any:
    """A file, or what was made in the place of one, as text."""
    if isinstance(part, tuple):
        return (part[0], _part(part[1]), *part[2:])
    return part if isinstance(part, bytes | str) else str(part)
