"""Lists page by page: a signed keyset cursor, never OFFSET."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, bindparam, literal_column, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from shared import quick
from shared.call import Call
from shared.inputs import Digits
from shared.problems import Problem, Refused

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
    descending: bool = False,
    quickly: bool = False,
) -> PageOut[T]:
    """One page of `statement` in the order of `keys` (the last one unique, all of the same entity).

    `make` turns a row (or the entity, when the statement selects one) into an answer. `quickly`
    reads it with `shared.quick`: `make` then gets the attributes of the entity and nothing else.
    """
    if not keys:
        raise Problem("no-order", "列表缺少排序。")
    names = [str(key) for key in keys]
    if paging.cursor is not None:
        values = _decode(call, keys, names, paging.cursor)
        bound = tuple_(
            *(bindparam(None, v, type_=k.type) for k, v in zip(keys, values, strict=True))
        )
        order = tuple_(*keys)
        statement = statement.where(order < bound if descending else order > bound)
    ordered = statement.order_by(*(key.desc() if descending else key.asc() for key in keys))
    # Written out: one plan for every limit would expect a tenth of the table, and sort it.
    ordered = ordered.limit(literal_column(str(paging.limit + 1)))
    if quickly:
        rows = await quick.rows(call, ordered)
    else:
        found = (await call.session.execute(ordered)).all()
        rows = [row[0] if len(row) == 1 else row for row in found]
    shown = rows[: paging.limit]
    items = [make(row) for row in shown]
    following = None
    if len(rows) > paging.limit:
        last = shown[-1]
        attributes = [str(key.key) for key in keys]
        entity = last if hasattr(last, attributes[-1]) else last[0]
        following = cursor_of(call, names, [getattr(entity, name) for name in attributes])
    return PageOut(items=items, next=following)
