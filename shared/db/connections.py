"""Plain asyncpg connections for single statements, each its own transaction.

No connection has a state that somebody else could meet, so that nothing is reset between two users.
"""

import asyncio
from typing import Any

import asyncpg
from pydantic_core import from_json
from sqlalchemy import event
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db.engine import PATIENCE, as_json, connect_args, url_for
from shared.db.errors import is_lost
from shared.environment.settings import Settings


class Connections:
    """A pool of at most `settings.pool_size` connections, opened as they are needed."""

    def __init__(self, settings: Settings, engine: AsyncEngine) -> None:
        """These connections are closed when `engine` is disposed of."""
        self._settings = settings
        self._pool: asyncpg.Pool | None = None
        event.listen(engine.sync_engine, "engine_disposed", lambda _: self._end())

    async def fetch(self, sql: str, *values: Any) -> list[asyncpg.Record]:
        """Run one statement; the driver's own errors are raised, or the pool's `TimeoutError`."""
        pool = await self._opened()
        try:
            async with asyncio.timeout(PATIENCE):
                connection = await pool.acquire()
        except TimeoutError as late:
            raise PoolTimeout("every connection is busy") from late
        try:
            rows: list[asyncpg.Record] = await connection.fetch(sql, *values)
        except Exception as error:
            if is_lost(error):  # it may take a moment until the driver knows, too
                connection.terminate()
            raise
        finally:
            await pool.release(connection)
        return rows

    async def _opened(self) -> asyncpg.Pool:
        if self._pool is None:
            self._pool = await asyncpg.create_pool(
                min_size=0,
                max_size=self._settings.pool_size,
                max_inactive_connection_lifetime=0,
                connect=lambda *_, **__: connect(self._settings),
                reset=_as_it_is,
            )
        return self._pool

    def _end(self) -> None:
        if self._pool is not None:
            self._pool.terminate()
            self._pool = None


async def _as_it_is(_: asyncpg.Connection) -> None:
    """Nothing to reset: a statement leaves nothing behind."""


async def connect(settings: Settings) -> asyncpg.Connection:
    """A connection as the pool opens them: one generic plan is made per statement, and kept."""
    options = connect_args(settings)
    # Planning it each time would cost as much as running it.
    options["server_settings"]["plan_cache_mode"] = "force_generic_plan"
    url = url_for(settings).set(drivername="postgresql")
    connection = await asyncpg.connect(
        url.render_as_string(hide_password=False), **options, statement_cache_size=200
    )
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_jsonb, decoder=_read_jsonb, format="binary"
    )
    return connection


_JSONB = b"\x01"
"""The version that the server puts before every value; as text it could not stand in a row."""


def _jsonb(value: Any) -> bytes:
    return _JSONB + as_json(value).encode()


def _read_jsonb(written: bytes) -> Any:
    return from_json(written[len(_JSONB) :])
