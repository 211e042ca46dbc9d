"""A few plain asyncpg connections for single statements, handed out in the order of asking.

Only whole statements are run here, each its own transaction: no connection has a state that
somebody else could meet, so that nothing needs to be reset between two users.
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
from shared.db.together import Together
from shared.environment.settings import Settings


class Connections:
    """At most `settings.pool_size` connections, opened as they are needed."""

    def __init__(self, settings: Settings, engine: AsyncEngine) -> None:
        """They are let go of together with those of `engine`."""
        self._settings = settings
        self._gate = asyncio.Semaphore(settings.pool_size)
        self._free: list[asyncpg.Connection] = []
        self.together = Together()
        """Groups of callers who share a statement."""
        event.listen(engine.sync_engine, "engine_disposed", lambda _: self._end())

    async def fetch(self, sql: str, *values: Any) -> list[asyncpg.Record]:
        """Run one statement; the driver's own errors are raised, or the pool's `TimeoutError`."""
        await self._turn()
        try:
            connection = await self._take()
            try:
                rows: list[asyncpg.Record] = await connection.fetch(sql, *values)
            except asyncpg.PostgresError as error:
                if is_lost(error):  # the server's farewell: it closes only after it
                    connection.terminate()
                else:
                    self._give_back(connection)
                raise
            except BaseException:  # nobody knows what is still under way on it
                connection.terminate()
                raise
            self._give_back(connection)
            return rows
        finally:
            self._gate.release()

    async def _turn(self) -> None:
        if not self._gate.locked():
            await self._gate.acquire()  # at once
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await self._gate.acquire()
        except TimeoutError as late:
            raise PoolTimeout("every connection is busy") from late

    async def _take(self) -> asyncpg.Connection:
        while self._free:
            connection = self._free.pop()
            if not connection.is_closed():
                return connection
        return await connect(self._settings)

    def _give_back(self, connection: asyncpg.Connection) -> None:
        if not connection.is_closed():
            self._free.append(connection)

    def _end(self) -> None:
        while self._free:
            self._free.pop().terminate()


async def connect(settings: Settings) -> asyncpg.Connection:
    """A connection as the pool opens them: one plan is made per statement, and kept."""
    options = connect_args(settings)
    # Planning it each time would cost as much as running it.
    options["server_settings"]["plan_cache_mode"] = "force_generic_plan"
    url = url_for(settings).set(drivername="postgresql")
    connection = await asyncpg.connect(
        url.render_as_string(hide_password=False), **options, statement_cache_size=200
    )
    try:
        await connection.set_type_codec(
            "jsonb", schema="pg_catalog", encoder=_jsonb, decoder=_read_jsonb, format="binary"
        )
    except BaseException:
        connection.terminate()
        raise
    return connection


_JSONB = b"\x01"
"""The version that the server puts before every value; as text it could not stand in a row."""


def _jsonb(value: Any) -> bytes:
    return _JSONB + as_json(value).encode()


def _read_jsonb(written: bytes) -> Any:
    return from_json(written[len(_JSONB) :])
