"""One leader per service: a session-level advisory lock on a connection of its own.

The database elects; there is no other election. A leader whose connection is lost is no leader.
"""

import asyncio
import contextlib
from types import TracebackType

from sqlalchemy import URL, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

_KEY = 0x6A6C_0002


class Leadership:
    """`async with Leadership(url) as lead: if await lead.held(): …`."""

    def __init__(self, url: URL) -> None:
        self._engine: AsyncEngine = create_async_engine(
            url, poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )
        self._connection: AsyncConnection | None = None

    async def __aenter__(self) -> "Leadership":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.release()
        await self._engine.dispose()

    async def held(self) -> bool:
        """Whether this process is the leader now; takes the lead when it is free."""
        try:
            async with asyncio.timeout(5):
                if self._connection is not None:
                    await self._connection.execute(text("SELECT 1"))
                    return True
                connection = await self._engine.connect()
                asked = text("SELECT pg_try_advisory_lock(:key)")
                if (await connection.execute(asked, {"key": _KEY})).scalar_one():
                    self._connection = connection
                    return True
                await connection.close()
        except (SQLAlchemyError, OSError, TimeoutError):
            await self.release()
        return False

    async def release(self) -> None:
        """Give up the lead."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(SQLAlchemyError, OSError, TimeoutError):
                async with asyncio.timeout(5):
                    await connection.invalidate()
                    await connection.close()
