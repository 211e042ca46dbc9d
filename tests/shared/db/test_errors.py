"""A connection that the server ended: known as lost, refused as busy, and used by nobody again."""

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared.db.errors import ERRORS, as_problem, is_away, is_lost
from shared.domain.problems import Unavailable
from shared.events.consumer import is_transient
from tests.harness import Office

END = "SELECT pg_terminate_backend(pg_backend_pid())"


async def test_the_pool_of_statements_hands_out_no_ended_connection(office: Office) -> None:
    for _ in range(20):
        with pytest.raises(ERRORS) as ended:
            await office.connections.fetch(END)
        assert is_lost(ended.value)
        assert is_transient(ended.value)
        [row] = await office.connections.fetch("SELECT 1 AS one")
        assert row["one"] == 1


async def test_the_pool_of_sessions_hands_out_no_ended_connection(office: Office) -> None:
    for _ in range(20):
        async with office.sessions() as session:
            with pytest.raises(SQLAlchemyError) as ended:
                await session.execute(text(END))
        assert is_lost(ended.value)
        assert is_transient(ended.value)
        async with office.sessions() as session:
            assert (await session.execute(text("SELECT 1"))).scalar_one() == 1


async def test_an_error_of_the_statement_keeps_its_connection(office: Office) -> None:
    with pytest.raises(asyncpg.PostgresError) as wrong:
        await office.connections.fetch("SELECT 1 / 0")
    assert not is_away(wrong.value)
    assert not is_transient(wrong.value)


@pytest.mark.parametrize(
    "error",
    [
        OSError("reset"),
        TimeoutError(),
        asyncpg.InternalClientError("cannot switch to state 12; another operation is in progress"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.ConnectionDoesNotExistError("in the middle of operation"),
        asyncpg.AdminShutdownError("terminating connection"),
        asyncpg.CannotConnectNowError("the database system is starting up"),
        asyncpg.CrashShutdownError("crash"),
        asyncpg.IdleSessionTimeoutError("idle"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_the_driver_calls_it_it_is_lost(error: Exception) -> None:
    assert is_lost(error)
    assert is_transient(error)
    assert isinstance(as_problem(error), Unavailable)


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.ClientConfigurationError("an argument that is none"),
        asyncpg.UniqueViolationError("twice"),
        asyncpg.LockNotAvailableError("locked"),
        asyncpg.QueryCanceledError("statement timeout"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_says_nothing_of_the_connection(error: Exception) -> None:
    assert not is_lost(error)
