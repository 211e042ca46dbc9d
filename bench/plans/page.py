"""docs/plans.md: what the services read of tables with a million rows."""

import logging
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import structlog
from fastapi import FastAPI

from bench.plans.explain import Cost, cost, plain
from bench.plans.fill import TODAY, fill
from bench.plans.lists import OFFICES, Reader, Sent, lists_of, overheard
from bench.rig import Rig
from deploy.docs.specs import specs
from services.__main__ import load
from shared.db import connections
from shared.domain.regions import PROVINCE
from shared.domain.roles import Role
from shared.environment.clock import Clock, SettableClock
from shared.events.consumer import call_for
from shared.events.sequencer import LOGS, sequence
from shared.local.postgres_server import EmbeddedPostgres
from shared.runtime.app import create_app
from shared.runtime.loop import Loop
from shared.schema.access import api_role

PAGE = Path(__file__).resolve().parents[2] / "docs" / "plans.md"
NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 1, tzinfo=UTC)
LIMIT = 50
_NEW = 2000
"""Rows that wait for their number."""
_WAITING = (
    (
        "INSERT INTO outbox (event_id, aggregate, subject, version, type, region, data, at, trace)"
        f" SELECT gen_random_uuid(), 'kind', gen_random_uuid(), 1, 'x', '220102', '{{}}', now(), ''"
        f" FROM generate_series(1, {_NEW})"
    ),
    (
        "INSERT INTO audit_log (id, at, actor_sub, actor_org, actor_roles, actor_region, action,"
        " object_type, object_id, object_region, reason, trace)"
        " SELECT gen_random_uuid(), now(), 'u', 'o', 'street', '220102', 'move', 'kind',"
        f" gen_random_uuid(), '220102', '', '' FROM generate_series(1, {_NEW})"
    ),
)


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was done, with its statements explained; of a list also its late page."""

    name: str
    costs: tuple[Cost, ...]
    late: tuple[Cost, ...] = ()


class Grown:
    """One service on its filled database; `machinery`: with the tables that every service has."""

    def __init__(self, rig: Rig, service: str, url: str, *, machinery: bool) -> None:
        self.rig, self.spec, self.url, self.machinery = rig, load(service), url, machinery
        worker = rig.settings(service, url)
        api = EmbeddedPostgres.as_role(url, api_role(service))
        self.settings = worker.model_copy(update={"database_url": api, "requests_per_second": 0})
        self.clock: Clock = SettableClock(NOW)
        self.app: FastAPI = create_app(self.spec, self.settings, clock=self.clock)

    async def look(self) -> tuple[list[Found], list[Found]]:
        """The lists, and everything else."""
        self.owner = await asyncpg.connect(self.url)
        self.kept = await connections.connect(self.settings)
        self.plain = await plain(self.settings)
        try:
            async with self.rig.worker_loop(self.spec.name, self.url) as loop:
                return await self._lists(), [*await self._routes(), *await self._work(loop)]
        finally:
            for connection in (self.owner, self.kept, self.plain):
                await connection.close()
            await self.app.state.engine.dispose()

    def _reader(self, office: str) -> Reader:
        return Reader(self.app, self.owner, self.rig.token, office, LIMIT)

    async def _lists(self) -> list[Found]:
        """Of each list and filter the dearest first and late page among the offices."""
        pages: dict[tuple[str, str], dict[bool, tuple[Cost, ...]]] = {}
        for office in OFFICES:
            async for asked in self._reader(office).pages():
                costs = await self._costs(asked.sent, PROVINCE)
                kept = pages.setdefault((asked.path, asked.filters), {})
                if _read(costs) > _read(kept.get(asked.late, ())):
                    kept[asked.late] = costs
        return [
            Found(f"{path} {filters}".strip(), kept.get(False, ()), kept.get(True, ()))
            for (path, filters), kept in pages.items()
            if kept  # an empty list says nothing
        ]

    async def _costs(self, sent: Sequence[Sent], reach: str) -> tuple[Cost, ...]:
        found = []
        for one in sent:
            connection = self.kept if one.kept else self.plain
            await connection.execute("SELECT set_config('app.reach', '{(,)}', false)")
            if one.sql.lstrip().startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
                found.append(await cost(connection, one.sql, one.values))
        return tuple(found)

    async def _routes(self) -> list[Found]:
        """Single objects, the feed, the figures for operators."""
        reader = self._reader(PROVINCE)
        asked: list[tuple[str, str, Role]] = []
        if self.machinery:
            half = int(await self.owner.fetchval("SELECT max(position) / 2 FROM outbox"))
            asked.append(("/v1/events", f"/v1/events?after={half}&limit=500", Role.SERVICE))
            asked.append(("/v1/status", "/v1/status", Role.OPERATOR))
        lists = {route.path for route in lists_of(self.spec)}
        for path, act in ((name.split()[1], act) for name, act in reader.acts.items()):
            if act.asked is not None and path not in lists:
                values = await reader.values(path, set(act.asked))
                url = path.format(**{name: found[0] for name, found in values.items()})
                asked.append((path, url, Role.PROVINCE))
        found = []
        for name, url, role in asked:
            sent, _ = await reader.get(url, {}, role)
            found.append(Found(f"GET {name}", await self._costs(sent, PROVINCE)))
        return found

    async def _work(self, loop: Loop) -> list[Found]:
        """Numbering, and the first chunk of each job of the day, which is taken back."""
        found = []
        for log, waiting in zip(LOGS, _WAITING, strict=True) if self.machinery else ():
            await self.owner.execute(waiting)
            with overheard(loop.connections, self.app.state.engine) as sent:
                await sequence(loop.connections, self.spec.name, log)
            await self.owner.execute(waiting)
            name = f"编号 {log.name}（{_NEW} 条待编号）"
            found.append(Found(name, await self._costs(sent[:1], PROVINCE)))
        for job in self.spec.jobs:
            async with loop.sessions() as session:
                with overheard(loop.connections, session.bind) as sent:  # type: ignore[arg-type]
                    await job.run(replace(call_for(session, self.clock), today=TODAY))
                await session.rollback()
            found.append(Found(f"每日任务 {job.label}", await self._costs(sent, PROVINCE)))
        return found


def _read(costs: Sequence[Cost]) -> int:
    return sum(one.rows + one.blocks for one in costs)


def _figures(costs: Sequence[Cost]) -> str:
    if not costs:
        return "—"
    rows, blocks = sum(one.rows for one in costs), sum(one.blocks for one in costs)
    return f"{rows:,} / {blocks:,} / {sum(one.ms for one in costs):.1f}"


def _plans(costs: Sequence[Cost], most: int = 4) -> str:
    dearest = sorted(costs, key=lambda one: one.rows + one.blocks, reverse=True)
    names = list(dict.fromkeys(one.nodes for one in dearest if one.nodes))
    return "<br>".join(names[:most]) or "—"


def _section(label: str, lists: Sequence[Found], others: Sequence[Found]) -> list[str]:
    lines = [
        f"## {label}",
        "",
        "| 列表和筛选 | 首页：行 / 块 / 毫秒 | 末尾页：行 / 块 / 毫秒 | 计划 |",
        "|---|---|---|---|",
    ]
    for one in lists:
        cells = (f"`{one.name}`", _figures(one.costs), _figures(one.late))
        lines.append(f"| {' | '.join(cells)} | {_plans([*one.costs, *one.late], 2)} |")
    lines += ["", "| 其他读取 | 语句 | 行 / 块 / 毫秒 | 计划 |", "|---|---|---|---|"]
    for one in others:
        cells = (one.name, str(len(one.costs)), _figures(one.costs))
        lines.append(f"| {' | '.join(cells)} | {_plans(one.costs)} |")
    return [*lines, ""]


async def write(*, quick: bool) -> None:
    """Fill, look, and write the page; `quick` only shows what little tables give."""
    rows = 20_000 if quick else 1_000_000
    started, parts, postgres = time.monotonic(), [], ""
    quiet = structlog.make_filtering_bound_logger(logging.ERROR)
    structlog.configure(wrapper_class=quiet)
    async with Rig() as rig:
        await rig.postgres.quicken()
        for spec in specs():
            url = await rig.database(f"grown_{spec.name}", spec.name)
            machinery = spec.name == "applications"  # those of the others are the same
            await fill(url, spec.name, rows, machinery=machinery)
            sys.stderr.write(f"· {spec.name} 已填充 {time.monotonic() - started:.0f} 秒\n")
            grown = Grown(rig, spec.name, url, machinery=machinery)
            lists, others = await grown.look()
            parts += _section(spec.label, lists, others)
            if not postgres:
                connection = await asyncpg.connect(url)
                postgres = str(await connection.fetchval("SHOW server_version")).split()[0]
                await connection.close()
            await rig.drop(f"grown_{spec.name}")
    head = (
        (Path(__file__).parent / "head.md")
        .read_text(encoding="utf-8")
        .format(
            when=datetime.now(UTC),
            postgres=postgres,
            rows=rows,
            limit=LIMIT,
            late=3 * LIMIT,
            minutes=(time.monotonic() - started) / 60,
        )
    )
    text = "\n".join([head, *parts]).rstrip() + "\n"
    if quick:
        sys.stdout.write(text)
    else:
        PAGE.write_text(text, encoding="utf-8")
        sys.stderr.write(f"· 已写入 {PAGE}\n")
