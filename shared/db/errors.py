"""Errors of the database as refusals: no driver error is ever a 500 or shown to a caller."""

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.domain.problems import Conflict, Forbidden, Problem, Refused, Unavailable

_AGAIN = {"Retry-After": "2"}


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
    """The refusal that stands for `error`; raises `error` itself when it is a fault of ours."""
    state = sqlstate(error)
    if isinstance(error, PoolTimeout):
        return Unavailable("busy", "系统繁忙，请稍后再试。", headers=_AGAIN)
    if state == "55P03":
        return Conflict("in-progress", "同一事项正在办理中，请稍后再试。", headers=_AGAIN)
    if state == "42501" and "row-level security" in str(getattr(error, "orig", "")):
        return Forbidden("region-outside", "只能办理本辖区的业务。")
    if state == "23505":
        return Conflict("already-exists", "已经存在相同的记录。")
    if state.startswith("23"):
        return Conflict("not-consistent", "与已有数据不一致，未办理。")
    if state.startswith("22") or _bad_argument(error):
        return Refused("value-unusable", "有字段的内容无法保存，请检查特殊字符和数值大小。")
    if state[:2] in ("40", "53", "57", "08") or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    ):
        return Unavailable("database-busy", "数据库暂时不可用，请稍后再试。", headers=_AGAIN)
    lost = OSError | asyncpg.InterfaceError
    if isinstance(error, lost) or isinstance(getattr(error, "orig", None), OSError):
        return Unavailable("database-busy", "数据库暂时不可用，请稍后再试。", headers=_AGAIN)
    raise error


def _bad_argument(error: Exception) -> bool:
    text = f"{type(getattr(error, 'orig', None)).__name__} {getattr(error, 'orig', '')}"
    return "DataError" in text or "invalid input for query argument" in text
