"""Lists page by page: a signed keyset cursor, never OFFSET."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, any_, bindparam, literal_column
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import InstrumentedAttribute

from shared.commands import reads
from shared.commands.context import Call
from shared.db.scope import Reach
from shared.domain.fields import Digits
from shared.domain.problems import Problem, Refused

T = TypeVar("T")
Key = ColumnElement[Any] | InstrumentedAttribute[Any]

_secret = b""


def install(secret: bytes) -> None:
    """Set the signing secret, once at start-up. All replicas of a service must share it."""
    global _secret
    _secret = hmac.digest(secret, b"paging", hashlib.sha256)


_CURSOR = "AAECAwQFBgcICQoLDA0OD1siMjAyMS0wNC0wMSJd"
"""What a cursor looks like."""


@dataclass(frozen=True, slots=True)
class Page:
    """What part of a list is asked for."""

    limit: int = 50
    cursor: str | None = None


async def _page(
    limit: Annotated[int, Digits, Query(ge=1, le=200, description="每页最多条数")] = 50,
    cursor: Annotated[
        str | None,
        Query(max_length=2000, description="上一页答复里的 next", examples=[_CURSOR]),
    ] = None,
) -> Page:
    return Page(limit, cursor)


Paging = Annotated[Page, Depends(_page)]


class PageOut(BaseModel, Generic[T]):
    """One page. `next` is absent on the last one."""

    items: list[T]
    next: str | None = None


def _sign(call: Call, names: Sequence[str], body: bytes) -> bytes:
    owner = f"{call.actor.subject}|{call.actor.region}|{'|'.join(names)}|".encode()
    return hmac.digest(_secret, owner + body, hashlib.sha256)[:16]


def cursor_of(call: Call, names: Sequence[str], values: Sequence[Any]) -> str:
    """The mark behind a row, for this caller and this order only."""
    plain = [v.isoformat() if isinstance(v, date | datetime) else v for v in values]
    body = json.dumps([str(v) if isinstance(v, UUID | Decimal) else v for v in plain]).encode()
    return base64.urlsafe_b64encode(_sign(call, names, body) + body).decode().rstrip("=")


_READERS: dict[type, Callable[[str], Any]] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    UUID: UUID,
    Decimal: Decimal,
}


def _read(kind: type, value: Any) -> Any:
    return _READERS[kind](value) if kind in _READERS else value


def _decode(call: Call, keys: Sequence[Key], names: Sequence[str], cursor: str) -> list[Any]:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
        body = raw[16:]
        if not hmac.compare_digest(raw[:16], _sign(call, names, body)):
            raise ValueError("signature")
        values = json.loads(body)
        return [_read(key.type.python_type, value) for key, value in zip(keys, values, strict=True)]
    except (ValueError, binascii.Error, TypeError) as error:
        raise Refused("cursor-invalid", "翻页标记无效，请从第一页重新查询。") from error


async def page(
    call: Call,
    statement: Select[Any],
    *keys: Key,
    paging: Page,
    make: Callable[[Any], T],
    scope: Key | None = None,
    only: str | None = None,
    descending: bool = False,
) -> PageOut[T]:
    """One page of `statement` in the order of `keys` (the last one unique, all of one entity).

    `scope`: the column of a row's region, where only some may see it; the page is narrowed to the
    caller's regions, and to `only` one of them. `make` turns a row into an answer: it gets the
    attributes of the entities and columns that the statement selects (`shared.commands.reads`).
    """
    if not keys:
        raise Problem("no-order", "列表缺少排序。")
    names = [str(key) for key in keys]
    ordered = statement.order_by(*(key.desc() if descending else key.asc() for key in keys))
    # Written out: one plan for every limit would expect a tenth of the table, and sort it.
    ordered = ordered.limit(literal_column(str(paging.limit + 1)))
    values = None if paging.cursor is None else _decode(call, keys, names, paging.cursor)
    reach = call.actor.reach.only(only) if only else call.actor.reach
    rows: list[Any] = []
    for part in _parts(keys, values, scope, reach, descending):
        rows += await reads.rows(call, ordered.where(*part))
        if len(rows) > paging.limit:
            break
    shown = rows[: paging.limit]
    items = [make(row) for row in shown]
    following = None
    if len(rows) > paging.limit:
        values = [getattr(shown[-1], str(key.key)) for key in keys]
        following = cursor_of(call, names, values)
    return PageOut(items=items, next=following)


Part = Sequence[ColumnElement[bool]]


def _parts(
    keys: Sequence[Key], values: Sequence[Any] | None, scope: Key | None, reach: Reach, down: bool
) -> Iterator[Part]:
    """The conditions of what a page is read from, nearest first; the next only if it is wanting.

    Behind a row lie the rest of its region, then the other regions: an index goes to the first
    row of each at once. For `(region, id) > (…)` beside the caller's regions it would start at the
    first row of the region, and walk.
    """
    within = [] if scope is None else [reach.clause(scope)]
    if values is None:
        yield within
        return
    marks = [bindparam(None, v, type_=k.type) for k, v in zip(keys, values, strict=True)]
    beyond = [key < mark if down else key > mark for key, mark in zip(keys, marks, strict=True)]
    if scope is keys[0] and len(keys) == 2 and not down:
        yield reach.only(values[0]).clause(scope), beyond[1]
        yield [reach.behind(values[0]).clause(scope)]
        return
    for n in reversed(range(len(keys))):
        same = [
            key == any_(array([mark], type_=key.type))  # see `Reach`: `=` would lose the order
            for key, mark in zip(keys[:n], marks, strict=False)
        ]
        yield [*within, *same, beyond[n]]
