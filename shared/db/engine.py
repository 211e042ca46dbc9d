"""The database: engines, sessions that tell it whose they are, and how connections behave."""

import asyncio
import contextlib
import json
from typing import Any

from sqlalchemy import (
    Connection,
    event,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.pool import ConnectionPoolEntry

from shared.db.errors import ERRORS, is_lost
from shared.environment.settings import Settings

Sessions = async_sessionmaker[AsyncSession]


def async_url(database_url: str) -> URL:
    """`postgresql://…` with the driver that we use."""
    return make_url(database_url).set(drivername="postgresql+asyncpg")


as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
"""Makes a value for a JSONB column."""


def url_for(settings: Settings) -> URL:
    """The database of the settings, with the password from its file where there is one."""
    url = async_url(settings.database_url)
    if settings.database_password_file is None:
        return url
    return url.set(password=settings.database_password_file.read_text(encoding="utf-8").strip())


def connect_args(settings: Settings) -> dict[str, Any]:
    """How every connection of a process behaves: its limits are the server's and ours."""
    return {
        "timeout": 5,
        "command_timeout": settings.database_timeout,
        "server_settings": {
            "application_name": f"housing-{settings.service}",
            "timezone": "UTC",
            "jit": "off",
            "statement_timeout": str(int(settings.database_timeout * 900)),
            "lock_timeout": "2000",
            "idle_in_transaction_session_timeout": "60000",
            "tcp_keepalives_idle": "10",
            "tcp_keepalives_interval": "5",
            "tcp_keepalives_count": "3",
        },
    }


PATIENCE = 2.0
"""Seconds that a request waits for a connection: as long as the longest lock is waited for."""


def engine_for(settings: Settings, patience: float = PATIENCE, *, reach: str = "") -> AsyncEngine:
    """A pool of `settings.pool_size` connections; who finds none waits `patience` seconds, then
    meets the pool's `TimeoutError`, which is answered as 503.

    `reach` is what every transaction may see that is not told another: where all of them may see
    the same, nothing has to be told at the beginning of each.
    """
    options = connect_args(settings)
    if reach:
        options["server_settings"]["app.reach"] = reach
    engine = create_async_engine(
        url_for(settings),
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=patience,
        pool_use_lifo=True,  # the connection that has prepared the statements
        json_serializer=as_json,
        connect_args=options,
    )
    event.listen(engine.sync_engine, "checkout", _still_open)
    event.listen(engine.sync_engine, "handle_error", _let_go)
    return engine


def _still_open(connection: DBAPIConnection, record: ConnectionPoolEntry, _: object) -> None:
    """Take no connection that the server has closed: seen without asking it (no ping).

    One that is closed as soon as it is made is left to its first statement: after two refusals
    SQLAlchemy would raise what says nothing of a connection.
    """
    if "used" in record.info and connection.driver_connection.is_closed():
        raise InvalidatePoolError
    record.info["used"] = True


def _let_go(context: ExceptionContext) -> None:
    """Tell the pool of a lost connection that SQLAlchemy itself does not know as one."""
    connection = context.connection
    if connection is not None and not connection.closed and is_lost(context.original_exception):
        context.is_disconnect = True


async def dispose(engine: AsyncEngine) -> None:
    """Let go of every connection, within some seconds whatever the database does."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(3):
            await engine.dispose()


class ReachSession(Session):
    """A session whose transactions tell the database whose they are, before anything else."""


@event.listens_for(ReachSession, "after_begin")
def _tell_reach(session: Session, _: SessionTransaction, connection: Connection) -> None:
    reach: str = session.info.get("reach", "")
    if reach:
        connection.exec_driver_sql("SELECT set_config('app.reach', $1, true)", (reach,))


def sessions_for(engine: AsyncEngine, reach: str = "") -> Sessions:
    """Sessions that keep their objects readable after the commit.

    `reach` is what their transactions may see (`Reach.multirange`). Without it, and where the
    engine has none, they see no row of a region until `session.info["reach"]` is set.
    """
    return async_sessionmaker(
        engine, expire_on_commit=False, sync_session_class=ReachSession, info={"reach": reach}
    )


class LazySession:
    """The session of one request, made when somebody first asks: many requests need none."""

    __slots__ = ("_reach", "_sessions", "made")

    def __init__(self, sessions: Sessions, reach: str) -> None:
        self._sessions, self._reach = sessions, reach
        self.made: AsyncSession | None = None

    def __call__(self) -> AsyncSession:
        """The session."""
        if self.made is None:
            self.made = self._sessions()
            self.made.info["reach"] = self._reach
        return self.made

    async def commit(self) -> None:
        """Commit what was done; the statement of a change commits by itself."""
        if self.made is not None and self.made.in_transaction():
            await self.made.commit()

    async def close(self) -> None:
        """Give the connection back, also that of a cancelled request."""
        if self.made is not None and self.made.in_transaction():
            try:
                await asyncio.shield(self.made.close())
            except ERRORS as error:
                if not is_lost(error):  # a lost connection has taken its transaction with it
                    raise
