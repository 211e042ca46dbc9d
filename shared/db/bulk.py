"""Many rows in one statement whose text does not grow: each column goes as one array.

SQLAlchemy would write a statement with a placeholder for every value; for a hundred audit rows
that is sixteen hundred, and making them costs more than writing the rows. A column of one value
goes as that value: of the audit rows of a bulk command only the ids differ.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, String, Table, TextClause, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.state import InstanceState

from shared.db.engine import as_json

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


async def insert(session: AsyncSession, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of the same columns."""
    if rows:
        lists, singles = _columns(table, rows)
        statement = _insert(table, tuple(lists), tuple(singles))
        await session.execute(statement, lists | singles)


async def update(session: AsyncSession, rows: Sequence[Any]) -> None:
    """Write what was changed on rows of one table, all of them in one UPDATE by id.

    The rows count as unchanged afterwards. Every column that any of them changed is written.
    """
    changed = tuple(sorted(set[str]().union(*(inspect(row).committed_state for row in rows))))
    if not changed:
        return
    mapper = inspect(type(rows[0]))
    table: Table = rows[0].__table__
    columns = {name: mapper.column_attrs[name].columns[0].name for name in changed}
    values = [{column: getattr(row, name) for name, column in columns.items()} for row in rows]
    lists, singles = _columns(table, values)
    statement = _update(table, tuple(lists), tuple(singles))
    with session.no_autoflush:  # or the session would write them first, one by one
        await session.execute(statement, {"id": [row.id for row in rows]} | lists | singles)
    # As a flush does with what it wrote; there is no public way, and it saves that flush.
    written = ((inspect(row), row.__dict__) for row in rows)
    InstanceState._commit_all_states(written, session.sync_session.identity_map)


def cast(column: Column[Any]) -> str:
    """The type of a value; texts without their length, so that nothing is cut off silently."""
    return "text" if isinstance(column.type, String) else column.type.compile(_DIALECT)


def _columns(
    table: Table, rows: Sequence[dict[str, Any]]
) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """The columns whose values differ, as lists, and the others with their one value."""
    lists: dict[str, list[Any]] = {}
    singles: dict[str, Any] = {}
    for name in rows[0]:
        column = [row[name] for row in rows]
        json = isinstance(table.c[name].type, JSONB)
        if column.count(column[0]) == len(column):
            singles[name] = as_json(column[0]) if json and column[0] is not None else column[0]
        elif json:
            lists[name] = [None if value is None else as_json(value) for value in column]
        else:
            lists[name] = column
    return lists, singles


def _one(table: Table, name: str) -> str:
    return f"CAST(:{name} AS {cast(table.c[name])})"


def _unnest(table: Table, names: Sequence[str]) -> str:
    lists = ", ".join(f"CAST(:{name} AS {cast(table.c[name])}[])" for name in names)
    return f"unnest({lists}) AS n({_quoted(names)})"


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


@cache
def _insert(table: Table, lists: tuple[str, ...], singles: tuple[str, ...]) -> TextClause:
    values = ", ".join([*(f'n."{name}"' for name in lists), *(_one(table, n) for n in singles)])
    source = f" FROM {_unnest(table, lists)}" if lists else ""  # one row is all single values
    names = _quoted((*lists, *singles))
    return text(f'INSERT INTO "{table.name}" ({names}) SELECT {values}{source}')


@cache
def _update(table: Table, lists: tuple[str, ...], singles: tuple[str, ...]) -> TextClause:
    sets = ", ".join(
        [f'"{n}" = n."{n}"' for n in lists] + [f'"{n}" = {_one(table, n)}' for n in singles]
    )
    source = _unnest(table, ("id", *lists))
    return text(f'UPDATE "{table.name}" t SET {sets} FROM {source} WHERE t.id = n.id')
