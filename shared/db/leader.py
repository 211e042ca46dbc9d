"""One leader per service: a session-level advisory lock on a connection of its own.

The database elects; there is no other election. A leader whose connection is lost is no leader,
and the database ends the connection of one that has been silent for `LEASE`: a process that hangs,
or a machine that is gone, holds the lead no longer than that.
"""

import asyncio
import contextlib
import os
from types import TracebackType
from typing import Self

from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from shared.db.engine import dispose
from shared.db.errors import ERRORS

LEASE = 10
"""Seconds without a word after which the lead is free."""
_KEY = 0x6A6C_0002


async def lease(session: AsyncSession) -> None:
    """Let this transaction be silent no longer than a leader: then its locks are others'."""
    limit = f"SET LOCAL idle_in_transaction_session_timeout = '{LEASE}s'"
    await session.execute(text(limit))


class Leadership:
    """`async with Leadership(url) as lead: if await lead.held(): …`."""

    def __init__(self, url: URL, lease: int = LEASE) -> None:
        self._engine: AsyncEngine = create_async_engine(
            url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={
                "timeout": 5,
                "server_settings": {
                    "application_name": f"housing-leader-{os.getpid()}",
                    "idle_session_timeout": str(lease * 1000),
                },
            },
        )
        self._connection: AsyncConnection | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.release()
        await dispose(self._engine)

    async def held(self) -> bool:
        """Whether this process is the leader now; takes the lead when it is free."""
        try:
            async with asyncio.timeout(5):
                if self._connection is not None:
                    await self._connection.execute(text("SELECT 1"))
                    return True
                return await self._take()
        except ERRORS:
            await self.release()
        return False

    async def _take(self) -> bool:
        async with contextlib.AsyncExitStack() as unless_taken:
            connection = await unless_taken.enter_async_context(self._engine.connect())
            asked = text("SELECT pg_try_advisory_lock(:key)")
            if not (await connection.execute(asked, {"key": _KEY})).scalar_one():
                return False
            unless_taken.pop_all()
            self._connection = connection
            return True

    async def release(self) -> None:
        """Give up the lead."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(*ERRORS):
                async with asyncio.timeout(2):
                    await connection.invalidate()
                    await connection.close()
