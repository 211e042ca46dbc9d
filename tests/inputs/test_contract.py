"""The OpenAPI documents tell the truth: generated requests, by every post, checked by schemathesis.

Each parameter and field of each route at its bounds and beyond them, one at a time. How many random
requests per route come on top says SCHEMATHESIS_EXAMPLES (none without it). IN.body.
"""

import asyncio
import os
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from typing import Any, TypeVar

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shared.domain.roles import Role
from tests.inputs.asking import Asking
from tests.scope.matrix import POSTS
from tests.world.world import World
from tests.world.worlds import NAMES, Worlds

T = TypeVar("T")
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "0"))
MODES = [GenerationMode.NEGATIVE, GenerationMode.POSITIVE]
STEP = 1 if EXAMPLES else 2
"""Every so many of the requests that schemathesis finds worth sending."""
OTHERS = 4
"""Every so many requests one is by whoever comes next, who may call or not."""
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
        schema = schemathesis.openapi.from_dict(world.office.app.openapi())
        asking, others = Asking(world), cycle(callers(world).values())
        own = {str(way): asking.caller(way, asking.thing(way)) for way in asking.ways}
        sender, asked = Sender(thread), 0
        for result in schema.get_all_operations():
            assert isinstance(result, Ok)
            operation = result.ok()
            client = own.get(operation.label, world.client(Role.OPERATOR, "220000"))
            for asked, case in enumerate(_cases(schema, operation), asked + 1):  # noqa: B020
                sender.send(case, client if asked % OTHERS else next(others))
        assert asked > 200
        assert not sender.wrong, "\n\n".join(sender.wrong[:20])


def _cases(schema: Any, operation: Any) -> Iterator[Any]:
    """Requests at and beyond the bounds of what the document says, and some random ones."""
    config = schema.config.generation_for(operation=operation)
    schema.config.phases.coverage.unexpected_methods = set()  # `test_protocol` has them
    covering = schema.iter_coverage_cases(
        operation=operation, generation_modes=MODES, generation_config=config
    )
    yield from islice(covering, 0, None, STEP)
    if not EXAMPLES:
        return
    found: list[Any] = []

    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def keep(case: Any) -> None:
        found.append(case)

    keep()
    yield from found


class Sender:
    """Sends generated requests; `wrong` gathers what the answers broke."""

    def __init__(self, thread: Thread) -> None:
        self.thread = thread
        self.wrong: list[str] = []

    def send(self, case: Any, client: httpx.AsyncClient) -> None:
        """One request."""
        sent = case.as_transport_kwargs(base_url="http://office")
        request = client.build_request(sent.pop("method"), sent.pop("url"), **_for_httpx(sent))
        request.headers["authorization"] = client.headers["authorization"]
        answer = self.thread.run(_sent(client, request))
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as failed:
            self.wrong.append(
                f"{case.operation.label}\n{[str(e) for e in failed.exceptions]}"[:700]
            )


async def _sent(client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
    await request.aread()
    return await client.send(request)


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
