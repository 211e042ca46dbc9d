"""Reading objects by id on one round trip, each with all that belongs to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from shared.commands.context import CommandContext
from shared.db.model import Aggregate, among
from shared.db.records import records_of
from shared.db.statement import SCOPE, SCOPED
from shared.domain.problems import NotFound

A = TypeVar("A", bound=Aggregate)
_UNKNOWN = "没有找到这个对象，或者它不在您的辖区。"


@dataclass(frozen=True, slots=True)
class ChildRows:
    """Rows of another table that belong to an object, read together with it.

    `where` is SQL in which `p` is a row of `model` and `t` the object; each `{}` in it stands for
    the next of `values`. `order` is SQL, too.
    """

    model: Any
    where: str
    order: str
    values: tuple[Any, ...] = ()

    def given(self, *values: Any) -> "ChildRows":
        """The same part with these values."""
        return replace(self, values=values)


async def find(
    call: CommandContext,
    model: type[A],
    id: UUID,
    detail: str = _UNKNOWN,
    parts: Mapping[str, ChildRows] | None = None,
) -> A:
    """One object in the caller's regions, each part a list on it; `NotFound` with `detail`."""
    found = await by_ids(call, model, [id], parts or {})
    if not found:
        raise NotFound("not-found", detail)
    return found[0]


async def by_ids(
    call: CommandContext, model: type[A], ids: Sequence[UUID], parts: Mapping[str, ChildRows]
) -> list[A]:
    """The objects with these ids in the caller's regions, in no order; in a run they are locked."""
    table: Any = model
    if call.runs:
        if parts:
            raise TypeError("a run reads further rows by statements of its own")
        found: list[A] = await call.locked(
            select(model).where(among(model.id, ids)).order_by(model.id)
        )
    else:
        kinds = tuple((name, part.model, part.where, part.order) for name, part in parts.items())
        values = [value for part in parts.values() for value in part.values]
        found = records_of(model, await call.fetch(_by_ids(table, kinds), ids, *values))
        for row in found:
            for name, part in parts.items():
                setattr(row, name, records_of(part.model, getattr(row, name)))
    return [row for row in found if call.reach.contains(row.region)]


@cache
def _by_ids(model: Any, parts: tuple[tuple[str, Any, str, str], ...]) -> str:
    lists, place = "", 2
    for name, one, where, order in parts:
        wanted = where
        while "{}" in wanted:
            place += 1
            wanted = wanted.replace("{}", f"${place}", 1)
        lists += (
            f', ARRAY(SELECT p FROM "{one.__tablename__}" p WHERE {wanted}'
            f' ORDER BY {order}) AS "{name}"'
        )
    return (
        f'WITH {SCOPE} SELECT t.*{lists} FROM "{model.__tablename__}" t'
        f" WHERE {SCOPED} AND t.id = ANY($2::uuid[])"
    )
