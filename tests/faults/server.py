"""A PostgreSQL of our own: durable, on TCP, crashed and started again at will."""

import asyncio
import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from typing import IO, Any

import asyncpg

from shared.local import reaper
from shared.local.postgres_server import wheel

_USER = "pgserver"


def free_port() -> int:
    """A free port below those that the system gives to clients: it must be free after a crash."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def new_folder() -> Path:
    """An empty folder that a server's own user can reach; pytest's folders are closed to it."""
    return reaper.new_folder("jl-faults-")


class Server:
    """Everything is written through to the disk, as in production."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.starts = 0
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self._wheel: Any = wheel().utils
        self._bin: Path = self._wheel.POSTGRES_VERSIONS[self._wheel.TARGET_POSTGRES_VERSION]
        self._as: dict[str, Any] = {"user": _USER} if os.geteuid() == 0 else {}

    def initialise(self) -> None:
        """Make an empty cluster. As root it belongs to a system user: PostgreSQL refuses root."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._as:
            self._wheel.ensure_user_exists(_USER)
            for parent in (self.folder, *self.folder.parents, *self._bin.parents):
                parent.chmod(parent.stat().st_mode | 0o055)
            self._wheel.ensure_folder_permissions(self._bin.parent, 0o055)
            shutil.chown(self.folder, _USER)
        subprocess.run(
            [self._bin / "initdb", "-D", self.folder / "data", "-U", "postgres", "--auth=trust",
             "--encoding=utf8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"],
            check=True, capture_output=True, cwd="/", **self._as,
        )  # fmt: skip

    async def start(self, seconds: float = 60) -> None:
        """Start, and wait until it answers; after a crash that includes the recovery."""
        self.starts += 1
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
            async with asyncio.timeout(seconds):
                while not await self.answers():
                    if self._process is None or self._process.poll() is not None:
                        self._launch(log)
                    await asyncio.sleep(0.1)

    def _launch(self, log: IO[bytes]) -> None:
        settings = {
            "listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": "",
            "max_connections": 120, "shared_buffers": "64MB", "logging_collector": "off",
        }  # fmt: skip
        command = [str(self._bin / "postgres"), "-D", str(self.folder / "data"), *self._options]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        self._process = subprocess.Popen(
            command, stdout=log, stderr=log, cwd="/", start_new_session=True, **self._as
        )
        reaper.end_with_us(self._process.pid, signal.SIGQUIT)

    async def answers(self) -> bool:
        """Whether it takes connections now."""
        try:
            connection = await asyncpg.connect(self.url("postgres"), timeout=2)
        except (OSError, asyncpg.PostgresError, TimeoutError):
            return False
        await connection.close()
        return True

    def url(self, database: str, role: str = "postgres", port: int | None = None) -> str:
        """A database for a role, directly or through a proxy's port."""
        return f"postgresql://{role}@127.0.0.1:{port or self.port}/{database}"

    def dump(self, database: str, file: Path) -> None:
        """A backup of one database, of one instant, while everybody works: pg_dump."""
        self._tool("pg_dump", "--format=custom", f"--file={file}", self.url(database))

    def restore(self, database: str, file: Path) -> None:
        """The database as it was in the backup; whoever is connected is cut off."""
        server = self.url("postgres")
        for command in (f"DROP DATABASE {database} WITH (FORCE)", f"CREATE DATABASE {database}"):
            self._tool("psql", "--quiet", f"--command={command}", server)
        self._tool("pg_restore", "--exit-on-error", f"--dbname={self.url(database)}", str(file))

    def _tool(self, name: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._bin / name, *arguments], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    def crash(self) -> None:
        """Cut everybody off and write nothing any more: `pg_ctl stop -m immediate`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(30)

    async def restart(self) -> None:
        """An ordinary fast restart: everybody is cut off with a word, then it starts again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        await asyncio.to_thread(self._process.wait, 60)
        await self.start()

    def running(self) -> bool:
        """Whether there is a process."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """End it for good."""
        if self.running():
            assert self._process is not None
            self._process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(20)
            self._process.kill()
            self._process.wait()
