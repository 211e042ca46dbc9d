"""What the rows run on: a durable PostgreSQL, keys and tokens, processes, a real Kafka."""

import asyncio
import contextlib
import json
import os
import shutil
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Self

import asyncpg
from pydantic import SecretStr

from bench import limits
from bench.load import Client, UnexpectedAnswer, request
from bench.practice import app as practice
from deploy.demo.processes import start
from services.__main__ import load
from shared.crypto import keyring
from shared.db.connections import Connections
from shared.db.engine import async_url, engine_for, sessions_for
from shared.db.scope import EVERYTHING
from shared.environment import gc_tuning
from shared.environment.clock import SystemClock
from shared.environment.settings import Settings
from shared.kafka import topics
from shared.local import fork_server, reaper, tokens
from shared.local.kafka_server import LocalKafka, LocalKafkaError, missing
from shared.local.postgres_server import EmbeddedPostgres
from shared.runtime.loop import Loop
from shared.runtime.progress import Progress
from shared.schema.access import api_role, worker_role
from shared.schema.migrate import upgrade

ROOT = Path(__file__).resolve().parents[1]
JARS = ROOT / ".cache" / "kafka"


def free_port() -> int:
    """A port that the system gave out a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@dataclass
class Rig:
    """`async with Rig() as rig`. Everything that was started ends with it."""

    quick: bool = False
    folder: Path = field(default_factory=lambda: reaper.new_folder("jl-bench-"))
    clients: list[Client] = field(default_factory=list)
    processes: list[ForkServerProcess] = field(default_factory=list)
    databases: set[str] = field(default_factory=set)
    migrated: set[str] = field(default_factory=set)
    """Services with a database that the others of the service are copies of."""
    broker: LocalKafka | None = None

    def size(self, full: int, quick: int) -> int:
        """How many; the quick form only proves that the row runs."""
        return quick if self.quick else full

    async def __aenter__(self) -> Self:
        self.private_key = tokens.new_key_pair(self.folder / "jwks.json")
        keyring.new_key_file(self.folder / "keys.json")
        keyring.install(keyring.KeyRing.from_file(self.folder / "keys.json"))
        self.postgres = EmbeddedPostgres()
        await asyncio.to_thread(self.postgres.start)
        await self.sql(
            "ALTER SYSTEM SET shared_buffers = '1GB'",
            "ALTER SYSTEM SET max_wal_size = '4GB'",
            "ALTER SYSTEM SET track_commit_timestamp = on",
            "ALTER SYSTEM SET max_connections = 200",
        )
        await asyncio.to_thread(self.postgres.restart)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.end_all()
        if self.broker is not None:
            await asyncio.to_thread(self.broker.stop)
        await asyncio.to_thread(self.postgres.stop)
        shutil.rmtree(self.folder, ignore_errors=True)

    async def sql(self, *commands: str, url: str = "") -> None:
        """Statements of the owner, outside transactions."""
        connection = await asyncpg.connect(url or self.postgres.url)
        try:
            for command in commands:
                await connection.execute(command)
        finally:
            await connection.close()

    async def database(self, name: str, service: str) -> str:
        """A fresh database with the tables of a service; the owner's URL."""
        await self.drop(name)
        template = f"bench_new_{service}"
        if service not in self.migrated:
            await self.postgres.create_roles(service)
            await upgrade(load(service), async_url(await self.postgres.create_database(template)))
            self.migrated.add(service)
        url = await self.postgres.create_database(name, template)
        self.databases.add(name)
        return url

    async def drop(self, name: str) -> None:
        """Remove a database, so that the next row has the machine to itself."""
        await self.postgres.drop_database(name)
        self.databases.discard(name)

    async def plain(self) -> str:
        """The database of the limits: one table without any of our machinery."""
        await self.drop("plain")
        url = await self.postgres.create_database("plain")
        self.databases.add("plain")
        await self.sql(limits.TABLE, url=url)
        return url

    def environment(self, service: str, url: str, **more: str) -> dict[str, str]:
        """The settings of one process of a service, as in production."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("HOUSING_")}
        return {
            **clean,
            "HOUSING_SERVICE": service,
            "HOUSING_DATABASE_URL": EmbeddedPostgres.as_role(url, api_role(service)),
            "HOUSING_WORKER_DATABASE_URL": EmbeddedPostgres.as_role(url, worker_role(service)),
            "HOUSING_OWNER_DATABASE_URL": url,
            "HOUSING_JWKS": str(self.folder / "jwks.json"),
            "HOUSING_KEY_FILE": str(self.folder / "keys.json"),
            "HOUSING_FEED_TOKEN": self.token("service", "220000"),
            "HOUSING_REQUESTS_PER_SECOND": "0",  # one caller makes the whole load
            "PYTHONUTF8": "1",
            **more,
        }

    def settings(self, service: str, url: str) -> Settings:
        """The same for machinery that runs in the bench's own process, as the worker."""
        return Settings(
            environment="test",
            service=service,
            database_url=EmbeddedPostgres.as_role(url, worker_role(service)),
            jwks=str(self.folder / "jwks.json"),
            key_file=self.folder / "keys.json",
        )

    @contextlib.asynccontextmanager
    async def worker_loop(self, service: str, url: str, **settings: object) -> AsyncIterator[Loop]:
        """The surroundings of a worker's loops in this process, with the worker's role."""
        mine = self.settings(service, url).model_copy(update=settings)
        engine = engine_for(mine, reach=EVERYTHING.multirange)
        gc_tuning.settle()  # as a worker's process does
        try:
            yield Loop(
                load(service),
                mine,
                sessions_for(engine),
                Connections(mine, engine),
                SystemClock(),
                asyncio.Event(),
                Progress(),
            )
        finally:
            await engine.dispose()

    def token(self, role: str, region: str, subject: str = "bench") -> str:
        """A signed token."""
        return tokens.issue(
            self.private_key,
            subject=subject,
            organisation=f"{role}-{region}",
            roles=[role],
            region=region,
        )

    def feed_token(self) -> SecretStr:
        """A token that reads every event."""
        return SecretStr(self.token("service", "220000"))

    async def service(self, service: str, url: str, mode: str = "api", **more: str) -> Client:
        """One process of a service, and a client for it."""
        port = free_port()
        environment = self.environment(service, url, HOUSING_PORT=str(port), **more)
        log = f"{service}-{mode}"
        self.processes.append(start(service, mode, environment, self.log(log)))
        return await self._ready(port, "/healthz/ready", log)

    async def limit(self, url: str, plain: str, queries: object = None) -> Client:
        """The process of the limits, and a client for it."""
        return await self._beside(
            "limits",
            limits.main,
            BENCH_URL=url,
            BENCH_PLAIN_URL=plain,
            BENCH_QUERIES=json.dumps(queries or {}),
        )

    async def practice(self, service: str, url: str) -> Client:
        """The process of usual practice on a service's database, and a client for it."""
        mine = async_url(EmbeddedPostgres.as_role(url, api_role(service)))
        return await self._beside(
            "practice",
            practice.main,
            BENCH_URL=mine.render_as_string(hide_password=False),
            BENCH_POOL=str(2 * self.settings(service, url).pool_size),  # the product's two pools
            BENCH_JWKS=str(self.folder / "jwks.json"),
            BENCH_KEY_FILE=str(self.folder / "keys.json"),
        )

    async def _beside(self, name: str, work: Callable[[], int], **more: str) -> Client:
        """A process that the product is measured beside."""
        port = free_port()
        environment = {**os.environ, "BENCH_PORT": str(port), **more}
        log = self.log(name)
        self.processes.append(fork_server.start(name, work, environment=environment, log=log))
        return await self._ready(port, "/openapi.json", name)

    def log(self, name: str) -> Path:
        """What the processes of one kind have written."""
        return self.folder / f"{name}.log"

    async def _ready(self, port: int, path: str, log: str, seconds: float = 60) -> Client:
        client = Client(f"http://127.0.0.1:{port}")
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            with contextlib.suppress(OSError, UnexpectedAnswer):
                await client.ask(request("GET", path), 200)
                self.clients.append(client)
                return client
            if self.processes[-1].exitcode is not None:
                break
            await asyncio.sleep(0.1)
        tail = self.log(log).read_text(errors="replace")[-2000:]
        raise RuntimeError(f"{log} did not come up: {tail}")

    async def end_all(self) -> None:
        """End the processes that were started here and drop the databases."""
        for client in self.clients:
            client.close()
        self.clients.clear()
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            await asyncio.to_thread(process.join, 20)
            process.kill()
        self.processes.clear()
        for name in sorted(self.databases):
            await self.drop(name)

    async def empty_topic(self, servers: str, name: str) -> None:
        """A topic without the events of another row."""
        await topics.ensure_topics(servers, [name])
        await topics.empty(servers, name)

    async def kafka(self) -> str | None:
        """The address of a real broker of our own; None when this machine cannot run one."""
        if self.broker is None:
            if missing(JARS) is not None:
                return None
            broker = LocalKafka(JARS, self.folder / "kafka")
            try:
                await asyncio.to_thread(broker.start)
            except LocalKafkaError:
                return None
            self.broker = broker
        return self.broker.servers


__all__ = ["ROOT", "Rig", "free_port"]
