"""Many rows in one statement whose text does not grow: each column goes as one array.

SQLAlchemy would write a statement with a placeholder for every value; for a hundred audit rows
that is sixteen hundred, and making them costs more than writing the rows.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, String, Table, TextClause, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from shared.db import as_json

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


async def insert(session: AsyncSession, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of the same columns."""
    if rows:
        names = tuple(rows[0])
        await session.execute(_insert(table, names), _columns(table, names, rows))


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
    values = [
        {"id": row.id, **{column: getattr(row, name) for name, column in columns.items()}}
        for row in rows
    ]
    names = ("id", *columns.values())
    with session.no_autoflush:  # or the session would write them first, one by one
        await session.execute(_update(table, names), _columns(table, names, values))
    for row in rows:
        for name in changed:
            set_committed_value(row, name, getattr(row, name))


def cast(column: Column[Any]) -> str:
    """The type of a value; texts without their length, so that nothing is cut off silently."""
    return "text" if isinstance(column.type, String) else column.type.compile(_DIALECT)


def _columns(
    table: Table, names: tuple[str, ...], rows: Sequence[dict[str, Any]]
) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name in names:
        column = [row[name] for row in rows]
        if isinstance(table.c[name].type, JSONB):
            column = [None if value is None else as_json(value) for value in column]
        found[name] = column
    return found


def _lists(table: Table, names: tuple[str, ...]) -> str:
    return ", ".join(f"CAST(:{name} AS {cast(table.c[name])}[])" for name in names)


@cache
def _insert(table: Table, names: tuple[str, ...]) -> TextClause:
    quoted = ", ".join(f'"{name}"' for name in names)
    return text(
        f'INSERT INTO "{table.name}" ({quoted}) SELECT * FROM unnest({_lists(table, names)})'
    )


@cache
def _update(table: Table, names: tuple[str, ...]) -> TextClause:
    quoted = ", ".join(f'"{name}"' for name in names)
    sets = ", ".join(f'"{name}" = n."{name}"' for name in names if name != "id")
    return text(
        f'UPDATE "{table.name}" t SET {sets}'
        f" FROM unnest({_lists(table, names)}) AS n({quoted}) WHERE t.id = n.id"
    )
