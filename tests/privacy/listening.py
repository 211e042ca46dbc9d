"""Listening to a service: what was seeded must leave it, and stay in it, nowhere in plain.

The test of a room that holds people sends `NAME`, `NUMBER` … through its routes while it listens.
"""

import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import httpx
import structlog
from sqlalchemy import text

from shared.domain.identity import make_card_no, make_resident_id
from shared.domain.roles import Role
from shared.schema.access import MACHINERY_TABLES
from tests.harness import Office
from tests.world.world import World
from tests.world.worlds import Worlds

NAME, OTHER = "皇甫璟瑄", "尉迟焱琛"
NUMBER = make_resident_id("220102", date(1961, 7, 13), 271)
MEMBER = make_resident_id("220102", date(1963, 8, 19), 282)
PHONE, ACCOUNT = "19187654321", make_card_no("622848001234567891")
SEEDS = (NAME, OTHER, NUMBER, MEMBER, PHONE, ACCOUNT)
PERMITTED = ("unmaskings", "payment-file")
"""The only answers that may show plain data, each for a purpose and with an audit row."""


class Ears:
    """Everything that leaves the service: answers and log lines."""

    def __init__(self) -> None:
        self.answers: list[tuple[str, str]] = []
        self.log = io.StringIO()

    async def hear(self, answer: httpx.Response) -> None:
        """One answer, with its headers."""
        await answer.aread()
        path = answer.request.url.path
        self.answers.append((path, answer.text + json.dumps(dict(answer.headers))))


@asynccontextmanager
async def listening(worlds: Worlds, name: str) -> AsyncIterator[tuple[World, Ears]]:
    """A world whose every caller and log line is heard; at the end nothing must have been."""
    ears = Ears()
    old = structlog.get_config()
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(ears.log),
        cache_logger_on_first_use=False,
    )
    try:
        async with worlds.open(name) as world:
            make = world.office.client

            def client(*roles: Role, **options: Any) -> httpx.AsyncClient:
                made = make(*roles, **options)
                made.event_hooks["response"].append(ears.hear)
                return made

            world.office.client = client  # type: ignore[method-assign]
            yield world, ears
            await nothing_found(world.office, ears)
    finally:
        structlog.configure(**old)


def forms(seed: str) -> tuple[str, ...]:
    """A seed as text and as the hex of its bytes, in which bytea columns are dumped."""
    return seed, seed.encode().hex(), json.dumps(seed)[1:-1]


async def nothing_found(office: Office, ears: Ears) -> None:
    """Look through the whole database, the feed, the metrics, the log and the answers."""
    await office.number()
    reader = office.client(Role.SERVICE, region="220000")
    await reader.get("/v1/events", params={"limit": 2000})
    await office.client().get("/metrics")
    places: dict[str, str] = {"log": ears.log.getvalue()}
    async with office.sessions() as session:
        for table in (*office.spec.metadata.sorted_tables, *MACHINERY_TABLES):
            rows = await session.execute(text(f'SELECT t::text FROM "{table.name}" t'))
            places[f"table {table.name}"] = "\n".join(rows.scalars())
    for path, answer in ears.answers:
        if not path.endswith(PERMITTED):
            places[f"answer {path}"] = places.get(f"answer {path}", "") + answer
    assert places["log"]
    found = [
        (place, seed) for place, content in places.items()
        for seed in SEEDS for form in forms(seed) if form in content
    ]  # fmt: skip
    assert found == [], found
