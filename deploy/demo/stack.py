"""The running system of the demonstration: database, keys, clock and five service processes."""

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import socket
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Self

import httpx
import psutil

from deploy.demo.processes import start
from shared.crypto import keyring
from shared.local import tokens
from shared.local.kafka_server import LocalKafka, LocalKafkaError
from shared.local.postgres_server import EmbeddedPostgres
from shared.schema.access import api_role, worker_role

SERVICES = ("applications", "subsidy", "projects", "expropriation", "supervision")
ROOT = Path(__file__).resolve().parents[2]


class StackError(Exception):
    """The system did not come up or a process died. The text says what to do next."""


def free_ports(count: int, first: int = 8101) -> list[int]:
    """The first free TCP ports on the loopback address from `first` on."""
    found: list[int] = []
    port = first
    while len(found) < count:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                found.append(port)
        port += 1
        if port > 65000:
            raise StackError("本机没有空闲端口；请关闭占用端口的程序后重试。")
    return found


@dataclass
class Stack:
    """Start with `async with Stack(folder, kafka)`; everything is stopped on leaving."""

    folder: Path
    kafka: str = ""
    urls: dict[str, str] = field(default_factory=dict)
    processes: dict[str, ForkServerProcess] = field(default_factory=dict)
    broker: LocalKafka | None = None

    async def __aenter__(self) -> Self:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _start(self) -> None:
        self.private_key = tokens.new_key_pair(self.folder / "jwks.json")
        keyring.new_key_file(self.folder / "keys.json")
        self.clock_file = self.folder / "clock"
        self.set_clock(datetime.fromisoformat("2021-04-01T08:30:00+08:00"))
        self.postgres = EmbeddedPostgres()
        await asyncio.to_thread(self.postgres.start)
        if self.kafka == "local":
            self.broker = LocalKafka(ROOT / ".cache" / "kafka", self.folder / "kafka")
            try:
                self.kafka = await asyncio.to_thread(self.broker.start)
            except LocalKafkaError as error:
                raise StackError(str(error)) from error
        ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
        self.urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
        run_id = secrets.token_hex(3)
        await asyncio.gather(*(self._launch(name, ports[name], run_id) for name in SERVICES))
        await asyncio.gather(*(self._ready(name) for name in SERVICES))

    async def _launch(self, name: str, port: int, run_id: str) -> None:
        await self.postgres.create_roles(name)
        url = await self.postgres.create_database(name)
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("HOUSING_")},
            "HOUSING_ENVIRONMENT": "demo",
            "HOUSING_SERVICE": name,
            "HOUSING_DATABASE_URL": self.postgres.as_role(url, api_role(name)),
            "HOUSING_WORKER_DATABASE_URL": self.postgres.as_role(url, worker_role(name)),
            "HOUSING_OWNER_DATABASE_URL": url,
            "HOUSING_JWKS": str(self.folder / "jwks.json"),
            "HOUSING_KEY_FILE": str(self.folder / "keys.json"),
            "HOUSING_CLOCK_FILE": str(self.clock_file),
            "HOUSING_POOL_SIZE": "4",
            "HOUSING_HOST": "127.0.0.1",
            "HOUSING_PORT": str(port),
            "HOUSING_LOG_FORMAT": "json",
            "HOUSING_FEED_URLS": json.dumps(self.urls),
            "HOUSING_FEED_TOKEN": self.token("service", "220000", name),
            "HOUSING_TRANSPORT": "kafka" if self.kafka else "feed",
            "HOUSING_KAFKA_SERVERS": self.kafka,
            "HOUSING_KAFKA_GROUP": f"demo-{run_id}",
            # Checkpoints count as events, and how far events were read is printed in the bulletin.
            "HOUSING_CHECKPOINT_SECONDS": "14400",
            "PYTHONUTF8": "1",
        }
        self.processes[name] = await asyncio.to_thread(
            start, name, "all", environment, self.log(name)
        )

    async def _ready(self, name: str, seconds: float = 60) -> None:
        deadline = asyncio.get_running_loop().time() + seconds
        async with httpx.AsyncClient(base_url=self.urls[name], trust_env=False) as client:
            while asyncio.get_running_loop().time() < deadline:
                self.check_alive()
                with contextlib.suppress(httpx.HTTPError):
                    if (await client.get("/healthz/ready")).status_code == 200:
                        return
                await asyncio.sleep(0.1)
        raise StackError(f"{name} 在 {seconds:.0f} 秒内没有就绪；请看日志 {self.log(name)}")

    def log(self, name: str) -> Path:
        """Where a service's log is."""
        return self.folder / f"{name}.log"

    def check_alive(self) -> None:
        """Raise when a service process has ended by itself."""
        for name, process in self.processes.items():
            if process.exitcode is not None:
                raise StackError(
                    f"{name} 意外退出（{process.exitcode}）；请看日志 {self.log(name)}"
                )

    def set_clock(self, instant: datetime) -> None:
        """Move the business clock of all services at once."""
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(instant.isoformat(), encoding="ascii")
        fresh.replace(self.clock_file)

    def token(self, role: str, region: str, subject: str, organisation: str = "") -> str:
        """A signed token as the province's identity system would issue it."""
        return tokens.issue(
            self.private_key,
            subject=subject,
            organisation=organisation or f"{role}-{region}",
            roles=[role],
            region=region,
        )

    def memory_mib(self) -> int:
        """Resident memory of all processes together (shared pages counted once, Linux), in MiB."""
        own = psutil.Process()
        pids = [own.pid, *(child.pid for child in own.children(recursive=True))]
        pids += self.postgres.pids()
        total = 0
        for pid in pids:
            with contextlib.suppress(OSError):
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
                total += next(
                    int(row.split()[1]) for row in rollup.splitlines() if row.startswith("Pss:")
                )
        return total // 1024

    async def stop(self) -> None:
        """End every process; a process that does not end in time is killed."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            await asyncio.to_thread(process.join, 20)
            if process.is_alive():
                process.kill()
        if self.broker:
            await asyncio.to_thread(self.broker.stop)
        if hasattr(self, "postgres"):
            await asyncio.to_thread(self.postgres.stop)
