"""Reading on one round trip: a SELECT with the caller's regions in it, without a session.

For every list, and the views that everybody opens. The statement is written as any other, with
SQLAlchemy and `shared.db.scope.within`; its text is made once. As in `shared.http.hot`, the
statement tells the database whose it is before any row is looked at, and the setting ends with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Select, inspect, text
from sqlalchemy.dialects.postgresql import asyncpg as driver
from sqlalchemy.util import LRUCache

from shared.commands.context import Call
from shared.db.errors import ERRORS, as_problem

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
    records = await fetch(call, sql, *arguments, call.actor.reach.multirange)
    if not records:
        return []
    attributes = [names[column] for column in records[0].keys()]  # noqa: SIM118 (a record)
    return [SimpleNamespace(**dict(zip(attributes, one, strict=True))) for one in records]


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of another table, `p`, that belong to a row, `t`; the values of `view` are $3 and on."""

    model: Any
    where: str
    order: str


async def view(
    call: Call, model: Any, id: UUID, parts: Mapping[str, Part], *values: Any
) -> Any | None:
    """One row with all that belongs to it, each part a list; None outside the caller's regions."""
    sql = _view(model, tuple(parts.items()))
    found = await fetch(call, sql, call.actor.reach.multirange, id, *values)
    if not found or not call.actor.reach.contains(found[0]["region"]):
        return None
    whole = SimpleNamespace(**found[0])
    for name in parts:
        setattr(whole, name, [SimpleNamespace(**one) for one in getattr(whole, name)])
    return whole


@cache
def _view(model: Any, parts: tuple[tuple[str, Part], ...]) -> str:
    lists = "".join(
        f', ARRAY(SELECT p FROM "{part.model.__tablename__}" p WHERE {part.where}'
        f' ORDER BY {part.order}) AS "{name}"'
        for name, part in parts
    )
    return (
        "WITH scope AS MATERIALIZED (SELECT set_config('app.reach', $1, true) AS reach)"
        f' SELECT t.*{lists} FROM "{model.__tablename__}" t'
        " WHERE (SELECT reach FROM scope) IS NOT NULL AND t.id = $2::uuid"
    )


async def fetch(call: Call, sql: str, *values: Any) -> list[asyncpg.Record]:
    """Run one statement as it is; the database's errors are refusals."""
    assert call.connections is not None
    try:
        return await call.connections.fetch(sql, *values)
    except ERRORS as error:
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
