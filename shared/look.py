"""One question that is asked again and again: on a plain connection of its own, one round trip.

A session would begin a transaction, say whose it is and roll back each time; at fifty looks a
second that is what an idle process would spend its time on.
"""

import contextlib
from typing import Any

import asyncpg

from shared.db import connect_args, url_for
from shared.settings import Settings


class Look:
    """A prepared question and the connection it is asked on; opened when first asked."""

    def __init__(self, settings: Settings, question: str) -> None:
        self._settings, self._question = settings, question
        self._connection: Any = None
        self._prepared: Any = None

    async def ask(self) -> Any:
        """The first row of the answer. `ConnectionError` when the database is away."""
        try:
            if self._prepared is None:
                url = url_for(self._settings).set(drivername="postgresql")
                dsn = url.render_as_string(hide_password=False)
                self._connection = await asyncpg.connect(dsn, **connect_args(self._settings))
                self._prepared = await self._connection.prepare(self._question)
            return await self._prepared.fetchrow()
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            await self.close()
            raise ConnectionError("the database is away") from error

    async def close(self) -> None:
        """Let the connection go."""
        connection, self._connection, self._prepared = self._connection, None, None
        if connection is not None:
            with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                connection.terminate()
