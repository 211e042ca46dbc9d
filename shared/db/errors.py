"""Errors of the database as refusals: no driver error is ever a 500 or shown to a caller.

Here alone stands what a lost connection looks like. After one nobody knows whether the statement
was carried out: it may be sent again only where its own key or condition makes that harmless.
"""

import asyncpg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.domain.problems import Conflict, Forbidden, Problem, Refused, Unavailable

ERRORS = (
    SQLAlchemyError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)
"""All that the driver, SQLAlchemy and the network raise."""
AGAIN = {"Retry-After": "2"}
_ENDED = ("FATAL", "PANIC")
"""How serious the last message of a server process is."""


def sqlstate(error: BaseException) -> str:
    """The five-character state of a driver error, or an empty string."""
    original: BaseException | None = error
    while original is not None:
        state = getattr(original, "sqlstate", None) or getattr(original, "pgcode", None)
        if isinstance(state, str):
            return state
        original = getattr(original, "orig", None) or original.__cause__
    return ""


def as_problem(error: Exception) -> Problem:
    """The refusal that stands for `error`; raises `error` itself when the program is at fault."""
    state = sqlstate(error)
    if isinstance(error, PoolTimeout):
        return Unavailable("busy", "系统繁忙，请稍后再试。", headers=AGAIN)
    if state == "55P03":
        return Conflict("in-progress", "同一事项正在办理中，请稍后再试。", headers=AGAIN)
    if state == "42501" and "row-level security" in str(error):
        return Forbidden("region-outside", "只能办理本辖区的业务。")
    if state == "23505":
        return Conflict("already-exists", "已经存在相同的记录。")
    if state.startswith("23"):
        return Conflict("not-consistent", "与已有数据不一致，未办理。")
    if state.startswith("22") or _bad_argument(error):
        return Refused("value-unusable", "有字段的内容无法保存，请检查特殊字符和数值大小。")
    if state[:2] == "40" or is_away(error):
        return Unavailable("database-busy", "数据库暂时不可用，请稍后再试。", headers=AGAIN)
    raise error


def is_lost(error: BaseException) -> bool:
    """Whether the connection that raised this is of no use any more.

    The driver says it in many ways: the server's farewell, an error of the network, or, when the
    end comes between two messages, that its own protocol stands elsewhere than expected.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, DBAPIError) and cause.connection_invalidated:
            return True
        if isinstance(cause, asyncpg.PostgresError):
            state, said = cause.sqlstate or "", getattr(cause, "severity_en", None)
            return state.startswith(("08", "57P")) or said in _ENDED
        if isinstance(cause, OSError | asyncpg.InternalClientError):
            return True
        if isinstance(cause, asyncpg.InterfaceError):
            return not isinstance(cause, ValueError)  # an argument that cannot be sent
        cause = getattr(cause, "orig", None) or cause.__cause__
    return False


def is_away(error: BaseException) -> bool:
    """Whether the outcome is unknown (the connection is lost), or the server cannot serve now."""
    return is_lost(error) or sqlstate(error).startswith(("53", "57"))


def _bad_argument(error: Exception) -> bool:
    if isinstance(error, asyncpg.InterfaceError):
        return isinstance(error, ValueError)
    text = f"{type(getattr(error, 'orig', None)).__name__} {getattr(error, 'orig', '')}"
    return "DataError" in text or "invalid input for query argument" in text
