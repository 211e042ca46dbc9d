"""The stage: a database server, the desk's API and workers, the mirror's worker, as processes."""

import asyncio
import contextlib
import json
import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import asyncpg
import httpx
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from shared.commands.spec import ServiceSpec
from shared.crypto import keyring
from shared.db.engine import Sessions, async_url, sessions_for
from shared.db.scope import EVERYTHING
from shared.domain.roles import Role
from shared.environment.settings import STALLED_AFTER
from shared.local import fork_server, tokens
from shared.schema.access import api_role, worker_role
from shared.schema.migrate import upgrade
from tests.faults.clients import Journal, Load
from tests.faults.process import operate, run
from tests.faults.proxy import Proxy
from tests.faults.server import Server, free_port
from tests.shared.desk.spec import DESK
from tests.shared.mirror.spec import MIRROR
from tests.waiting import until

POOL = 4
DATABASE_TIMEOUT = 3
ALWAYS = ("desk-api", "desk-worker", "mirror-worker")


class Member:
    """One process of the stage; `name` is SERVICE-MODE, perhaps with a number behind."""

    def __init__(self, name: str, port: int, log: Path) -> None:
        self.name, self.port, self.log = name, port, log
        self.process: Any = None
        self.stopped = False

    def running(self) -> bool:
        """Whether it is there and not stopped in its tracks."""
        return self.process is not None and self.process.is_alive() and not self.stopped

    def launch(self, environment: dict[str, str], pace: float) -> None:
        """Start it."""
        service, mode = self.name.split("-")[:2]
        self.process = fork_server.start(
            self.name, run, service, mode, pace, environment=environment, log=self.log
        )
        self.stopped = False

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.process.pid, number)
        self.stopped = number == signal.SIGSTOP

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.stopped = False

    async def end(self, seconds: float = 20) -> int:
        """SIGTERM; its exit code, or `TimeoutError`."""
        self.send(signal.SIGTERM)
        await until(lambda: not self.process.is_alive(), seconds)
        code: int = self.process.exitcode
        return code


@dataclass
class Stage:
    """Start with `async with Stage(folder)`; every process is ended on leaving."""

    folder: Path
    kafka: str = ""
    """Brokers that carry the events; empty: the feed does."""
    pause: float = 0.02
    """The longest pause of a client between two letters, in seconds."""
    stalled: float = STALLED_AFTER
    """Seconds after which a loop of a process counts as stalled."""
    members: dict[str, Member] = field(default_factory=dict)
    journal: Journal = field(default_factory=Journal)
    events: Counter[str] = field(default_factory=Counter)
    """What was done to the processes: starts and kills."""
    clients: dict[tuple[Role, str], httpx.AsyncClient] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.private_key = tokens.new_key_pair(self.folder / "jwks.json")
        keyring.new_key_file(self.folder / "keys.json")
        self.server = Server(self.folder / "postgres")
        await asyncio.to_thread(self.server.initialise)
        await self.server.start()
        for spec in (DESK, MIRROR):
            await self.sql("postgres", f"CREATE DATABASE {spec.name}")
            for role in (api_role(spec.name), worker_role(spec.name)):
                await self.sql("postgres", f"CREATE ROLE {role} LOGIN")
            await self.upgrade(spec, spec.name)
        self.database = Proxy(self.server.port)
        await self.database.start()
        self.api_port = free_port()
        self.feed = Proxy(self.api_port)
        await self.feed.start()
        await self.recover()
        return self

    async def __aexit__(self, *_: object) -> None:
        for client in self.clients.values():
            await client.aclose()
        for member in self.members.values():
            member.kill()
        await self.feed.stop()
        await self.database.stop()
        await asyncio.to_thread(self.server.stop)

    def token(self, role: Role, region: str, subject: str = "u1") -> str:
        """A signed token."""
        return tokens.issue(
            self.private_key, subject=subject, organisation="o1", roles=[role], region=region
        )

    def client(self, role: Role = Role.STREET, region: str = "220102") -> httpx.AsyncClient:
        """A caller of the desk over TCP, for as long as the stage stands."""
        found = self.clients.get((role, region))
        if found is None:
            found = self.clients[role, region] = httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{self.api_port}",
                headers={"Authorization": f"Bearer {self.token(role, region)}"},
                timeout=30,
                limits=httpx.Limits(max_connections=200),
                trust_env=False,
            )
        return found

    def load(self, dice: random.Random, clients: int) -> Load:
        """Clients at work for as long as the block lasts."""
        return Load(self.journal, self.client, clients, self.pause, random.Random(dice.random()))

    def _environment(
        self, member: Member, database: str, feed: int, clock: Path | None = None
    ) -> dict[str, str]:
        service, mode = member.name.split("-")[:2]
        role = api_role(service) if mode == "api" else worker_role(service)
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith("HOUSING_")},
            "HOUSING_ENVIRONMENT": "test",
            "HOUSING_SERVICE": service,
            "HOUSING_DATABASE_URL": self.server.url(database or service, role, self.database.port),
            "HOUSING_DATABASE_TIMEOUT": str(DATABASE_TIMEOUT),
            "HOUSING_POOL_SIZE": str(POOL),
            "HOUSING_STALLED_AFTER": str(self.stalled),
            "HOUSING_REQUESTS_PER_SECOND": "0",
            "HOUSING_JWKS": str(self.folder / "jwks.json"),
            "HOUSING_KEY_FILE": str(self.folder / "keys.json"),
            "HOUSING_CHECKPOINT_FILE": str(self.checkpoints(database or service)),
            "HOUSING_CHECKPOINT_SECONDS": "1",
            "HOUSING_PORT": str(member.port),
            "HOUSING_FEED_URLS": json.dumps({"desk": f"http://127.0.0.1:{feed}"}),
            "HOUSING_TRANSPORT": "kafka" if self.kafka else "feed",
            "HOUSING_KAFKA_SERVERS": self.kafka,
            "HOUSING_KAFKA_GROUP": "chaos",
            "HOUSING_FEED_TOKEN": self.token(Role.SERVICE, "220000"),
            "PYTHONUTF8": "1",
            **({"HOUSING_CLOCK_FILE": str(clock)} if clock else {}),
        }

    def checkpoints(self, database: str) -> Path:
        """Where a service signs for its logs in this database."""
        return self.folder / f"checkpoints-{database}.jsonl"

    async def operate(self, name: str, mode: str, **given: Any) -> int:
        """An operator's command in a process of its own, to its end; the exit code."""
        member = Member(name, 0, self.folder / f"{name}-{mode}.log")
        environment = self._environment(member, "", self.feed.port)
        service = name.split("-", maxsplit=1)[0]
        process = fork_server.start(
            member.log.stem, operate, service, mode, given, environment=environment, log=member.log
        )
        await until(lambda: not process.is_alive())
        code = process.exitcode
        assert code is not None
        return code

    def launch(
        self,
        name: str,
        *,
        database: str = "",
        feed: int = 0,
        pace: float = 0,
        clock: Path | None = None,
    ) -> Member:
        """Start a process; it need not be ready on return."""
        member = self.members.get(name)
        if member is None:
            port = self.api_port if name == "desk-api" else free_port()
            member = Member(name, port, self.folder / f"{name}.log")
            self.members[name] = member
        environment = self._environment(member, database, feed or self.feed.port, clock)
        member.launch(environment, pace)
        self.events[f"start {name}"] += 1
        return member

    async def ready(self, *names: str, seconds: float = 60) -> None:
        """Wait until these processes answer that they are ready."""
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
            for name in names:
                await until(lambda name=name: self._is_ready(client, name), seconds)

    async def _is_ready(self, client: httpx.AsyncClient, name: str) -> bool:
        member = self.members[name]
        assert member.process.is_alive(), f"{name} ended: {member.log.read_text()[-2000:]}"
        with contextlib.suppress(httpx.HTTPError):
            url = f"http://127.0.0.1:{member.port}/healthz/ready"
            return (await client.get(url)).status_code == 200
        return False

    async def recover(self) -> None:
        """Mend everything: the way, the server, every process that belongs to the stage."""
        self.database.heal()
        self.feed.heal()
        if not self.server.running():
            await self.server.start()
        for name in [one for one in self.members if one not in ALWAYS]:
            self.members.pop(name).kill()
        for name in ALWAYS:
            member = self.members.get(name)
            if member is not None and member.stopped:
                member.send(signal.SIGCONT)
            if member is None or not member.running():
                self.launch(name)
        await self.ready(*ALWAYS)

    def kill(self, name: str) -> None:
        """kill -9 of one process."""
        self.members[name].kill()
        self.events["kill -9"] += 1

    def restarted(self, name: str, **options: Any) -> Member:
        """kill -9 and a fresh start."""
        self.kill(name)
        return self.launch(name, **options)

    async def sql(self, database: str, *commands: str) -> list[Any]:
        """Run SQL as superuser, past the proxy; the rows of the last command."""
        connection = await asyncpg.connect(self.server.url(database), timeout=10)
        try:
            rows: list[Any] = []
            for command in commands:
                rows = await connection.fetch(command)
            return rows
        finally:
            await connection.close()

    @contextlib.asynccontextmanager
    async def sessions(self, database: str) -> Any:
        """Sessions of the machinery on a database, as superuser, past the proxy."""
        engine: AsyncEngine = create_async_engine(
            async_url(self.server.url(database)), poolclass=NullPool
        )
        made: Sessions = sessions_for(engine, EVERYTHING.multirange)
        try:
            yield made
        finally:
            await engine.dispose()

    async def value(self, database: str, query: str) -> Any:
        """The one value of a query."""
        rows = await self.sql(database, query)
        return rows[0][0] if rows else None

    async def answer(self, name: str, address: str) -> tuple[int, str]:
        """What a probe of a process gets: the status, and what the answer says of it."""
        url = f"http://127.0.0.1:{self.members[name].port}{address}"
        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            answer = await client.get(url)
            return answer.status_code, str(answer.json()["status"])

    def faults(self) -> list[str]:
        """What the processes logged as a fault of ours, or died of."""
        return [
            line
            for log in sorted(self.folder.glob("*-*.log"))
            for line in log.read_text(encoding="utf-8").splitlines()
            if '"event": "fault"' in line or '"event": "ended"' in line
        ]

    async def value_is_above(self, database: str, query: str, limit: int) -> bool:
        """Whether the one value of a query is larger than that."""
        return bool(await self.value(database, query) > limit)

    async def upgrade(self, spec: ServiceSpec, database: str) -> None:
        """Give a database the tables and grants of a service."""
        await upgrade(spec, async_url(self.server.url(database)))

    async def settled_log(self) -> int:
        """Wait until the desk has numbered everything; the last position."""
        owed = "SELECT count(*) FROM outbox WHERE position IS NULL"

        async def done() -> bool:
            return bool(await self.value("desk", owed) == 0)

        await until(done)
        found: int = await self.value("desk", HEAD)
        return found

    async def settled(self, mirror: str = "mirror", seconds: float = 60) -> int:
        """Wait until all is numbered and taken in; the last position."""
        began = time.monotonic()

        async def done() -> bool:
            owed = "SELECT count(*) FROM {} WHERE position IS NULL"
            if await self.value("desk", owed.format("outbox")):
                return False
            if await self.value("desk", owed.format("audit_log")):
                return False
            head = await self.value("desk", HEAD)
            taken = "SELECT position FROM consumer_pos WHERE source = 'desk'"
            return bool((await self.value(mirror, taken) or 0) >= head)

        try:
            await until(done, seconds)
        except TimeoutError:
            logs = {name: one.log.read_text()[-1500:] for name, one in self.members.items()}
            raise AssertionError(
                f"not settled after {time.monotonic() - began:.0f} s: {logs}"
            ) from None
        found: int = await self.value("desk", HEAD)
        return found


HEAD = "SELECT coalesce(max(position), 0) FROM outbox"
