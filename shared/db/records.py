"""Rows as commands work on them: plain objects with the attributes of a model, and no session.

An instance of SQLAlchemy watches every attribute for a session that a command does not have, and
costs sixty times as much to make. A record knows the columns that it was read with, so that what
differs at the end of the command is what has to be written.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from types import FunctionType
from typing import Any, ClassVar, TypeVar

from sqlalchemy import Table, inspect

M = TypeVar("M")


class Record:
    """A row of one table. The columns that a new row was not given are left to the database."""

    table: ClassVar[Table]
    columns: ClassVar[dict[str, None]]
    """The names of its columns, in the order of the table."""
    defaults: ClassVar[dict[str, Any]]
    """Of a new row: column -> value, or a function that makes it."""
    seen: Mapping[str, Any]
    """The columns as they were read; empty for a new row."""

    def __init__(self, seen: Mapping[str, Any]) -> None:
        self.__dict__.update(seen, seen=seen)

    def differing(self) -> list[str]:
        """The columns that are no longer as they were read."""
        held, seen = values_of(self), self.seen
        return [name for name in held if name not in seen or held[name] != seen[name]]


def record(model: Callable[..., M], **values: Any) -> M:
    """A new row of a model, with the defaults that the model names."""
    made: Any = _kind(model)({})
    if not values.keys() <= made.columns.keys():
        unknown = values.keys() - made.columns.keys()
        raise TypeError(f"{model.__name__} has no {', '.join(sorted(unknown))}")
    for name, default in made.defaults.items():
        if name not in values:
            values[name] = default(None) if callable(default) else default
    made.__dict__.update(values)
    row: M = made
    return row


def records_of(model: Callable[..., M], rows: Iterable[Mapping[str, Any]]) -> list[M]:
    """Rows that were read, each with all columns of the model (and perhaps more)."""
    found: list[Any] = list(map(_kind(model), rows))
    return found


def values_of(row: Any) -> dict[str, Any]:
    """Column -> value, of the columns that have one."""
    held = vars(row)
    return {name: held[name] for name in row.columns if name in held}


@cache
def _kind(model: Any) -> type[Record]:
    """The class of a model's records: its columns, and the properties that the model adds."""
    mapper = inspect(model)
    table: Table = mapper.local_table
    if any(one.key != one.columns[0].key for one in mapper.column_attrs):
        raise TypeError(f"{model.__name__}: an attribute is not named as its column")
    given: dict[str, Any] = {c.key: c.default for c in table.c if c.default is not None}
    public = ((n, v) for n, v in vars(model).items() if not n.startswith("_"))
    own = {n: v for n, v in public if isinstance(v, property | FunctionType)}
    columns: dict[str, Any] = dict.fromkeys(table.c.keys())
    defaults = {name: one.arg for name, one in given.items()}
    fixed = {"table": table, "columns": columns, "defaults": defaults}
    return type(model.__name__, (Record,), {**columns, **own, **fixed})
