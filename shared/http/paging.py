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
from functools import lru_cache
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, any_, bindparam, literal_column
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import InstrumentedAttribute

from shared.commands.context import CommandContext
from shared.db.scope import Reach
from shared.db.statement import Statement
from shared.domain.fields import Digits
from shared.domain.problems import Refused

T = TypeVar("T")
SortKey = ColumnElement[Any] | InstrumentedAttribute[Any]

_secret = b""


def install(secret: bytes) -> None:
    """Set the signing secret, once at start-up. All replicas of a service must share it."""
    global _secret  # noqa: PLW0603 - one for the process, set once
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


def _sign(call: CommandContext, names: Sequence[str], body: bytes) -> bytes:
    owner = f"{call.actor.subject}|{call.actor.region}|{'|'.join(names)}|".encode()
    return hmac.digest(_secret, owner + body, hashlib.sha256)[:16]


def cursor_of(call: CommandContext, names: Sequence[str], values: Sequence[Any]) -> str:
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


def _decode(call: CommandContext, listing: "Listing", cursor: str) -> list[Any]:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
        body = raw[16:]
        if not hmac.compare_digest(raw[:16], _sign(call, listing.names, body)):
            raise ValueError("signature")
        values = json.loads(body)
        keys = zip(listing.keys, values, strict=True)
        return [_read(key.type.python_type, value) for key, value in keys]
    except (ValueError, binascii.Error, TypeError) as error:
        raise Refused("cursor-invalid", "翻页标记无效，请从第一页重新查询。") from error


class Listing:
    """A list that is read page by page: what it selects, in which order, narrowed by what.

    `keys`: the order; the last one is unique, all are columns of one entity. `scope`: the column
    of a row's region where only some may see it. `filters`: by name, a column that equals the
    value, or a condition with a `bindparam` of that name.
    """

    def __init__(
        self,
        statement: Select[*tuple[Any, ...]],
        *keys: SortKey,
        scope: SortKey | None = None,
        descending: bool = False,
        **filters: Any,
    ) -> None:
        self.statement, self.keys, self.scope, self.descending = statement, keys, scope, descending
        self.names = [str(key) for key in keys]
        self.filters = {name: _condition(name, one) for name, one in filters.items()}


def _condition(name: str, one: Any) -> ColumnElement[bool]:
    column = isinstance(one, InstrumentedAttribute)
    found: ColumnElement[bool] = one == bindparam(name, type_=one.type) if column else one
    return found


async def page(
    call: CommandContext,
    listing: Listing,
    *,
    paging: Page,
    make: Callable[[Any], T],
    only: str | None = None,
    **values: Any,
) -> PageOut[T]:
    """One page of a list, narrowed to the caller's regions, or to `only` one of them.

    `values`: those of its filters (None for one that is not asked for) and of its statement's own
    parameters. `make` turns a row into an answer.
    """
    given = {name: one for name, one in values.items() if one is not None}
    asked = tuple(name for name in listing.filters if name in given)
    marks = None if paging.cursor is None else _decode(call, listing, paging.cursor)
    given |= {f"mark{n}": mark for n, mark in enumerate(marks or ())}
    reach = call.reach.only(only) if only else call.reach
    rows: list[Any] = []
    for part in _parts(listing, marks, reach):
        wanted = _statement(listing, asked, reach, part, paging.limit)
        rows += await call.read(wanted, **given)
        if len(rows) > paging.limit:
            break
    shown = rows[: paging.limit]
    following = None
    if len(rows) > paging.limit:
        last = [getattr(shown[-1], str(key.key)) for key in listing.keys]
        following = cursor_of(call, listing.names, last)
    return PageOut(items=[make(row) for row in shown], next=following)


class _Slice(NamedTuple):
    """What a page is read from: all of the list, or what lies behind the cursor."""

    kind: Literal["all", "region", "regions", "behind"]
    region: str = ""
    """That of the cursor."""
    equal: int = 0
    """How many keys are as in the cursor."""


def _parts(listing: Listing, marks: Sequence[Any] | None, reach: Reach) -> Iterator[_Slice]:
    """What a page is read from, nearest first; the next only if it is wanting.

    Behind a row lie the rest of its region, then the other regions: an index goes to the first
    row of each at once. For `(region, id) > (…)` beside the caller's regions it would start at the
    first row of the region, and walk.
    """
    if marks is None:
        yield _Slice("all")
    elif listing.scope is listing.keys[0] and len(listing.keys) == 2 and not listing.descending:
        yield _Slice("region", marks[0])
        yield _Slice("regions", marks[0])
    else:
        for equal in reversed(range(len(listing.keys))):
            yield _Slice("behind", equal=equal)


@lru_cache(5000)
def _statement(
    listing: Listing, asked: tuple[str, ...], reach: Reach, part: _Slice, limit: int
) -> Statement:
    """The SELECT of one part of a page, one row longer than the page."""
    keys, scope = listing.keys, listing.scope
    where = [listing.filters[name] for name in asked]
    marks = [bindparam(f"mark{n}", type_=key.type) for n, key in enumerate(keys)]
    beyond = [
        key < mark if listing.descending else key > mark
        for key, mark in zip(keys, marks, strict=True)
    ]
    if part.kind == "region":
        reach = reach.only(part.region)
        where.append(beyond[1])
    elif part.kind == "regions":
        reach = reach.behind(part.region)
    elif part.kind == "behind":
        same = zip(keys[: part.equal], marks, strict=False)
        # See `Reach`: `=` would lose the order.
        where += [key == any_(array([mark], type_=key.type)) for key, mark in same]
        where.append(beyond[part.equal])
    if scope is not None:
        where.append(reach.clause(scope))
    order = [key.desc() if listing.descending else key.asc() for key in keys]
    # Written out: one plan for every limit would expect a tenth of the table, and sort it.
    most: ColumnElement[int] = literal_column(str(limit + 1))
    return Statement(listing.statement.where(*where).order_by(*order).limit(most))
