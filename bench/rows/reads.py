"""Reading one application, and lists out of a million, beside the same SQL by asyncpg
and usual practice.
"""

import statistics
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from bench import households
from bench.load import Client, request
from bench.measure import Finding, ResultLine, Sample, Target, rate_line, rounds
from bench.practice.app import cursor_of
from bench.rig import Rig
from services.applications.application import queries
from services.applications.application.models import Application
from services.applications.dossier.queries import detail
from shared.commands.actor import Actor
from shared.commands.context import CommandContext
from shared.crypto import keyring
from shared.db.connections import Connections
from shared.db.engine import as_json, engine_for
from shared.db.scope import Reach
from shared.domain.regions import REGIONS, reach_of
from shared.domain.roles import Role
from shared.http import paging
from shared.http.paging import Page
from shared.local.postgres_server import EmbeddedPostgres
from shared.schema.access import api_role

WIDTH = 16
CITY = "220100"
"""The readers' office: its reach is made of several ranges of codes."""


class RecordingConnections:
    """Connections that note every statement with its values."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self.sent: list[tuple[str, list[Any]]] = []

    async def fetch(self, sql: str, *values: Any) -> Any:
        """Run one statement and note it."""
        self.sent.append((sql, list(values)))
        return await self._connections.fetch(sql, *values)


async def run(rig: Rig) -> Finding:
    """A city's officers read; the limit sends the very statements that the product sends."""
    total, known = rig.size(1_000_000, 3000), rig.size(20_000, 1000)
    count, times = rig.size(250, 20), rig.size(3, 1)
    url, plain = await rig.database("bench_applications", "applications"), await rig.plain()
    regions = [code for code, one in REGIONS.items() if not one.valid_to]
    ids = await households.fill(url, total, regions, members=known)
    reach = Reach(tuple(reach_of(CITY)))
    mine = [id for n, id in enumerate(ids[:known]) if reach.contains(regions[n % len(regions)])]
    late, near, asked = await _statements(rig, url, reach, mine[0])
    product = await rig.service("applications", url)
    limit = await rig.limit(EmbeddedPostgres.as_role(url, api_role("applications")), plain, asked)
    practice = await rig.practice("applications", url)
    token = rig.token("city", CITY)
    first = "/v1/applications?limit=50"
    late, near = f"{first}&cursor={late}", f"{first}&cursor={near}"

    def asking(client: Client, paths: list[str], key: str = "") -> Callable[[], Awaitable[Sample]]:
        raws = [request("GET", path, token=key) for path in paths]

        async def ask() -> Sample:
            return await client.all(raws, WIDTH, 200)

        return ask

    some = [mine[n % len(mine)] for n in range(count * 3)]
    detail = await rounds(
        times,
        asking(limit, [f"/query/detail?key={id}" for id in some]),
        asking(product, [f"/v1/applications/{id}" for id in some], token),
        asking(practice, [f"/v1/applications/{id}" for id in some[:count]], token),
    )
    top = await rounds(
        times,
        asking(limit, ["/query/first"] * count),
        asking(product, [first] * count, token),
        asking(practice, [first] * count, token),
    )
    end = await rounds(
        times,
        asking(limit, ["/query/late"] * count),
        asking(product, [late] * count, token),
        asking(practice, [near] * count, token),
    )
    for ours, theirs in ((first, first), (late, near)):
        if await _listed(product, ours, token) != await _listed(practice, theirs, token):
            raise AssertionError("product and usual practice list different applications")
    pairs = zip(top.product, end.product, strict=True)
    deep = statistics.median(other.p50 / one.p50 for one, other in pairs)
    return Finding(
        [
            rate_line("按编号查看", detail, Target("least", 0.7)),
            rate_line("列表 50 条，首页", top, Target("least", 0.65)),
            rate_line("列表 50 条，末尾页", end, Target("least", 0.65)),
            ResultLine("末尾页／首页（p50）", f"{deep:.2f} 倍", "", deep, Target("most", 1.2)),
        ],
        [
            (
                f"查看和列表：库中 {total:,} 份申请，读者为市级，行级安全开启，产品和通常写法列出的"
                "是同样的申请；"
                f"按编号查看 {len(asked['detail'])} 条语句，列表 1 条"
            )
        ],
    )


async def _listed(client: Client, path: str, token: str) -> list[str]:
    """The ids of a page."""
    answer = await client.ask(request("GET", path, token=token), 200)
    return [row["id"] for row in answer.json()["items"]]


async def _statements(
    rig: Rig, url: str, reach: Reach, id: UUID
) -> tuple[str, str, dict[str, list[tuple[str, list[Any]]]]]:
    """Where a page near the end begins, as the cursor of the product and that of usual practice;
    and what the product asks the database for each read.
    """
    settings = rig.settings("applications", url)
    paging.install(keyring.KeyRing.from_file(settings.key_file).index_key)
    connection, engine = await asyncpg.connect(settings.database_url), engine_for(settings)
    try:
        overheard: Any = RecordingConnections(Connections(settings, engine))
        reader = Actor("bench", f"city-{CITY}", frozenset({Role.CITY}), CITY, reach)
        now = datetime.now(UTC)
        call = CommandContext(
            actor=reader, reach=reach, now=now, today=now.date(), trace="", connections=overheard
        )
        await connection.execute("SELECT set_config('app.reach', $1, false)", reach.multirange)
        near = await connection.fetchrow(
            "SELECT region, id FROM application ORDER BY region DESC, id DESC OFFSET 60 LIMIT 1"
        )
        keys = [str(Application.region), str(Application.id)]
        late = paging.cursor_of(call, keys, [near["region"], near["id"]])
        found = {}
        for name, work in (
            ("detail", detail(call, id)),
            ("first", queries.list_applications(call, None, None, Page())),
            ("late", queries.list_applications(call, None, None, Page(50, late))),
        ):
            await work
            found[name] = [(s, [_plain(v, id) for v in values]) for s, values in overheard.sent]
            overheard.sent = []
        return late, cursor_of(near["region"], near["id"]), found
    finally:
        await connection.close()
        await engine.dispose()


def _plain(value: Any, id: UUID) -> Any:
    """A value as JSON for the process of the limits; the id stands for each request's own."""
    if value == id:
        return {"uuid": "key"}
    if value == [id]:
        return {"uuids": "key"}
    if isinstance(value, dict):
        return {"json": as_json(value)}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return {"uuid": str(value)} if isinstance(value, UUID) else value
