"""An office: one service with its own database, clock and callers, all in the test's process."""

import asyncio
import itertools
import os
import shutil
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from shared.commands.actor import SYSTEM
from shared.commands.context import CommandContext
from shared.commands.spec import ServiceSpec
from shared.contracts.base import Event
from shared.contracts.received_event import ReceivedEvent
from shared.db.connections import Connections
from shared.db.engine import Sessions, async_url, engine_for, sessions_for
from shared.db.model import new_id
from shared.db.scope import EVERYTHING, Reach
from shared.domain.roles import Role
from shared.environment.clock import SettableClock
from shared.environment.logs import traceparent
from shared.environment.settings import Settings
from shared.events.consumer import call_for, take_in
from shared.events.envelope import read, written
from shared.events.sequencer import LOGS, sequence
from shared.local import tokens
from shared.local.postgres_server import EmbeddedPostgres
from shared.runtime.app import create_app
from shared.schema.access import api_role, worker_role
from shared.schema.migrate import upgrade

T = TypeVar("T")
START = datetime(2021, 4, 1, 0, 30, tzinfo=UTC)
"""Half past eight in Changchun on 1 April 2021."""


def in_thread(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end from code that is not async."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def memory() -> Path | None:
    """A folder in memory, where there is room: a copy of a database takes a tenth of the time."""
    place = Path("/dev/shm")  # noqa: S108 - each server makes a folder of its own in it
    roomy = place.is_dir() and os.access(place, os.W_OK)
    return place if roomy and shutil.disk_usage(place).free > 4 * 2**30 else None


class Postgres:
    """The session's server. A service's tables are made once and then copied per test."""

    def __init__(self) -> None:
        self.server = EmbeddedPostgres(within=memory())
        self._templates: dict[str, str] = {}
        self._numbers = itertools.count(1)

    def start(self) -> None:
        self.server.start()
        in_thread(self.server.quicken())

    async def fresh(self, spec: ServiceSpec) -> tuple[str, str]:
        """A database with the service's tables: its name and URL."""
        template = self._templates.get(spec.name)
        if template is None:
            template = f"template_{spec.name}"
            await self.server.create_roles(spec.name)
            url = await self.server.create_database(template)
            await upgrade(spec, async_url(url))
            self._templates[spec.name] = template
        name = f"{spec.name}_{next(self._numbers)}"
        return name, await self.server.create_database(name, template)


@dataclass(frozen=True)
class Secrets:
    """Keys of the test session."""

    folder: Path
    private_key: ec.EllipticCurvePrivateKey

    @property
    def jwks(self) -> Path:
        return self.folder / "jwks.json"

    @property
    def key_file(self) -> Path:
        return self.folder / "keys.json"


@dataclass
class Office:
    """What a test needs of one service."""

    spec: ServiceSpec
    settings: Settings
    app: FastAPI
    clock: SettableClock
    secrets: Secrets
    database: str
    engine: AsyncEngine
    connections: Connections
    """Those of the worker, for single statements."""
    clients: list[httpx.AsyncClient] = field(default_factory=list)
    positions: dict[str, int] = field(default_factory=dict)
    open_sessions: list[AsyncSession] = field(default_factory=list)

    @property
    def sessions(self) -> Sessions:
        """Sessions with the worker's role, which see every region."""
        return sessions_for(self.engine, EVERYTHING.multirange)

    def token(
        self, *roles: Role, region: str = "220102", subject: str = "u1", organisation: str = "o1"
    ) -> str:
        """A signed token."""
        return tokens.issue(
            self.secrets.private_key,
            subject=subject,
            organisation=organisation,
            roles=[str(role) for role in roles],
            region=region,
        )

    def client(
        self,
        *roles: Role,
        region: str = "220102",
        subject: str = "u1",
        organisation: str = "o1",
        app: FastAPI | None = None,
    ) -> httpx.AsyncClient:
        """A caller with a token; without roles, a stranger without a token."""
        headers = {}
        if roles:
            token = self.token(*roles, region=region, subject=subject, organisation=organisation)
            headers["Authorization"] = f"Bearer {token}"
        made = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app or self.app),
            base_url="http://office",
            headers=headers,
            timeout=60,
        )
        self.clients.append(made)
        return made

    async def run_jobs(self, *names: str) -> dict[str, int]:
        """Run the day's jobs (or only those named) to their end; how much each did."""
        done: dict[str, int] = {}
        for job in self.spec.jobs:
            if names and job.name not in names:
                continue
            done[job.name] = 0
            while True:
                async with self.sessions() as session, session.begin():
                    call = call_for(session, self.clock)
                    count = await job.run(call)
                    await call.write()
                if not count:
                    break
                done[job.name] += count
        return done

    def received(
        self, event: Event, subject: UUID, version: int = 1, *, position: int | None = None
    ) -> ReceivedEvent:
        """An event as the consumer would hand it on, with the next position of its source."""
        source = event.service
        if position is None:
            position = self.positions.get(source, 0) + 1
        self.positions[source] = max(position, self.positions.get(source, 0))
        return ReceivedEvent(
            event,
            new_id(),
            source,
            position,
            subject,
            version,
            self.clock.now(),
            event.event_type(),
        )

    async def deliver(
        self, events: Sequence[tuple[Event, UUID, int] | ReceivedEvent]
    ) -> list[ReceivedEvent]:
        """Hand events to the service's consumers, through the inbox. Returns what was handed over.

        Give the result again to deliver the same events a second time.
        """
        batch = [one if isinstance(one, ReceivedEvent) else self.received(*one) for one in events]
        await take_in(self.spec, self.sessions, self.clock, batch)
        return batch

    async def number(self) -> int:
        """Number everything that was committed, in both logs; how many rows."""
        done = 0
        for log in LOGS:
            while count := await sequence(self.connections, self.spec.name, log):
                done += count
        return done

    async def events(self) -> list[ReceivedEvent]:
        """Everything the service has told so far, in order of position."""
        await self.number()
        numbered = f"SELECT convert_to({written(self.spec.name)}, 'UTF8') AS raw FROM outbox AS o"
        known = f"{numbered} WHERE position IS NOT NULL ORDER BY position"
        return [read(row["raw"]) for row in await self.connections.fetch(known)]

    async def call(self, **changes: Any) -> CommandContext:
        """A call of the system in a session of its own, which the office closes at the end."""
        session = self.sessions()
        self.open_sessions.append(session)
        made: CommandContext = call_for(session, self.clock)
        return made

    def change(self, reach: Reach = EVERYTHING, **given: Any) -> CommandContext:
        """A change of the system: what it leaves in `writes` is sent by `await call.write()`."""
        return CommandContext(
            actor=replace(SYSTEM, reach=reach),
            reach=reach,
            now=self.clock.now(),
            today=self.clock.today(),
            trace=traceparent(None),
            connections=self.connections,
            **given,
        )

    async def without_database(self) -> FastAPI:
        """The same application on a database that does not answer."""
        away = self.settings.model_copy(update={"database_url": "postgresql://x@127.0.0.1:1/x"})
        return create_app(self.spec, away, clock=self.clock)

    async def close(self) -> None:
        """Let go of every connection."""
        for session in self.open_sessions:
            await session.close()
        for client in self.clients:
            await client.aclose()
        await self.app.state.engine.dispose()
        await self.engine.dispose()


async def open_one(postgres: Postgres, secrets: Secrets, spec: ServiceSpec) -> Office:
    """An office with a fresh database."""
    database, url = await postgres.fresh(spec)
    return open_at(secrets, spec, database, url)


def open_at(secrets: Secrets, spec: ServiceSpec, database: str, url: str) -> Office:
    """An office with a database that is there already."""
    settings = Settings(
        environment="test",
        service=spec.name,
        database_url=EmbeddedPostgres.as_role(url, api_role(spec.name)),
        worker_database_url=EmbeddedPostgres.as_role(url, worker_role(spec.name)),
        owner_database_url=url,
        jwks=str(secrets.jwks),
        key_file=secrets.key_file,
        requests_per_second=0,
        unmaskings_per_minute=0,
    )
    clock = SettableClock(START)
    app = create_app(spec, settings, clock=clock)
    engine = engine_for(settings.as_worker())
    connections = Connections(settings.as_worker(), engine)
    return Office(spec, settings, app, clock, secrets, database, engine, connections)
