"""Rows of a model that are shown and written here, and that no session ever follows."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any, TypeVar

from sqlalchemy import inspect
from sqlalchemy.orm import Mapper

T = TypeVar("T")


def draft(model: type[T]) -> Callable[..., T]:
    """Makes them: with the model's columns as plain attributes, those not given as None."""
    key: Any = model
    made: Callable[..., T] = _draft(key)
    return made


@cache
def _draft(model: Any) -> Any:
    mapper = inspect(model)
    known = {"__table__": mapper.local_table, "__mapper__": mapper}
    columns = dict.fromkeys(mapper.column_attrs.keys())
    return type(f"{model.__name__}Draft", (SimpleNamespace,), columns | known)


@cache
def columns(mapper: Mapper[Any]) -> dict[str, str]:
    """Attribute -> column."""
    return {one.key: one.columns[0].name for one in mapper.column_attrs}


def of_records(model: type[T], records: Iterable[Mapping[str, Any]]) -> list[T]:
    """Rows that were read as columns."""
    names, make = columns(inspect(model)), draft(model)
    if all(name == column for name, column in names.items()):
        return [make(**one) for one in records]
    return [make(**{name: one[column] for name, column in names.items()}) for one in records]


def values(row: Any) -> dict[str, Any]:
    """Column -> value, of those that were given one; the others keep their default."""
    held = vars(row)
    return {column: held[name] for name, column in columns(row.__mapper__).items() if name in held}


@cache
def _defaults(mapper: Mapper[Any]) -> dict[str, Any]:
    """Attribute -> what the column has by default, where the model says it."""
    defaults: dict[str, Any] = {one.key: one.columns[0].default for one in mapper.column_attrs}
    return {name: one for name, one in defaults.items() if one is not None}


def complete(row: Any) -> None:
    """Give a new row its defaults, as a flush would: it is shown before it is written."""
    for name, default in _defaults(row.__mapper__).items():
        if name not in vars(row):
            setattr(row, name, default.arg(None) if default.is_callable else default.arg)
