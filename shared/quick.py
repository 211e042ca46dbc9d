"""Reading on one round trip: a SELECT with the caller's regions in it, without a session.

For the few lists and views that everybody opens. The statement is written as any other, with
SQLAlchemy and `shared.scope.within`; its text is made once. As in `shared.hot`, the statement
tells the database whose it is before any row is looked at, and the setting ends with it.
"""

from types import SimpleNamespace
from typing import Any

import asyncpg
from sqlalchemy import Select, inspect, text
from sqlalchemy.dialects.postgresql import asyncpg as driver
from sqlalchemy.util import LRUCache

from shared.call import Call
from shared.dberrors import as_problem
from shared.problems import Unavailable

_DIALECT = driver.dialect()  # type: ignore[no-untyped-call]
_SCOPED = text("(SELECT reach FROM scope) IS NOT NULL")
_compiled: LRUCache[Any, Any] = LRUCache(500)


async def rows(call: Call, statement: Select[Any]) -> list[Any]:
    """The rows of a statement on one entity (or on columns), each with its attributes.

    The statement must not hold `IN` with a list of values: write `== any_(list)`.
    """
    compiled = statement.where(_SCOPED)._compile_w_cache(
        _DIALECT, compiled_cache=_compiled, column_keys=[]
    )
    written: Any = compiled[0]
    given = compiled[1]
    sql, names = _finished(written, statement)
    values = written.construct_params(extracted_parameters=given)
    arguments = [values[name] for name in written.positiontup]
    records = await _fetch(call, sql, *arguments, call.actor.reach.multirange)
    return [SimpleNamespace(**{names[k]: v for k, v in one.items()}) for one in records]


async def _fetch(call: Call, sql: str, *values: Any) -> list[asyncpg.Record]:
    assert call.connections is not None
    try:
        return await call.connections.fetch(sql, *values)
    except asyncpg.InterfaceError as error:
        lost = "数据库暂时不可用，请稍后再试。"
        raise Unavailable("database-busy", lost, headers={"Retry-After": "2"}) from error
    except asyncpg.PostgresError as error:
        raise as_problem(error) from error


def _finished(written: Any, statement: Select[Any]) -> tuple[str, dict[str, str]]:
    """The text with its scope, and column -> attribute; made once per compiled statement."""
    made = getattr(written, "_quick", None)
    if made is None:
        last = len(written.positiontup) + 1
        scope = f"scope AS MATERIALIZED (SELECT set_config('app.reach', ${last}, true) AS reach)"
        made = written._quick = (f"WITH {scope} {written}", _names(statement))
    found: tuple[str, dict[str, str]] = made
    return found


def _names(statement: Select[Any]) -> dict[str, str]:
    names: dict[str, str] = {}
    for one in statement.column_descriptions:
        mapper = inspect(one["type"], raiseerr=False)
        if mapper is None or not hasattr(mapper, "column_attrs"):
            names[one["name"]] = one["name"]
        else:
            names |= {each.columns[0].name: each.key for each in mapper.column_attrs}
    return names
