"""Idempotency-Key: a repeated command answers as the first time and has one effect.

The row is inserted first in the command's own transaction. A twin waits on the unique index: when
the original commits it gets the stored answer, when the original rolls back it runs itself.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request, Response
from sqlalchemy import Column, DateTime, LargeBinary, SmallInteger, String, Table, text, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.model import MACHINERY
from shared.domain.problems import Problem, Refused

idempotency = Table(
    "idempotency",
    MACHINERY,
    Column("actor", String(200), primary_key=True),
    Column("route", String(300), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", LargeBinary(32), nullable=False),
    Column("status", SmallInteger, nullable=True),
    Column("headers", JSONB, nullable=True),
    Column("body", LargeBinary, nullable=True),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    comment="命令的幂等键和已给出的答复",
)

KEPT = timedelta(days=30)
"""How long an answer is kept: longer than anybody repeats a request. Money has other guards, too:
a second payment of a month is refused by its own key."""
_FORGET = text("""
    DELETE FROM idempotency WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM idempotency WHERE at < :before ORDER BY at LIMIT 5000 FOR UPDATE SKIP LOCKED
    ))""")
_KEY = re.compile(r'(")?([\x21\x23-\x7e]{8,255})(?(1)")')
_KEPT_HEADERS = ("content-type", "etag", "location")
_BOUNDARY = re.compile(rb'boundary="?([^";]+)"?')


class Replay(Exception):
    """The command was carried out before; `response` is its answer."""

    def __init__(self, response: Response) -> None:
        super().__init__("replay")
        self.response = response


def parse_key(header: str) -> str:
    """The key without quotes. 8 to 255 visible ASCII characters, else `Refused`."""
    found = _KEY.fullmatch(header.strip())
    if found is None:
        raise Refused("key-malformed", "Idempotency-Key 应为 8 到 255 个可见的 ASCII 字符。")
    return found[2]


def fingerprint(request: Request, body: bytes) -> bytes:
    """What makes two requests equal: query and body (the random multipart boundary left out)."""
    boundary = _BOUNDARY.search(request.headers.get("content-type", "").encode("latin-1"))
    if boundary:
        body = body.replace(boundary[1], b"")
    return hashlib.sha256(request.scope["query_string"] + b"\0" + body).digest()


@dataclass(frozen=True, slots=True)
class Claim:
    """A key as one caller uses it for one request."""

    actor: str
    route: str
    key: str
    fingerprint: bytes
    at: datetime


def claim_of(request: Request, actor: str, key: str, body: bytes, now: datetime) -> Claim:
    """What the key of this request stands for."""
    return Claim(actor, route_of(request), key, fingerprint(request, body), now)


def route_of(request: Request) -> str:
    """Method and path: a key belongs to one of them."""
    return f"{request.method} {request.scope['path']}"[:300]


async def take(session: AsyncSession, claim: Claim) -> None:
    """Take the key, or raise `Replay` with the stored answer, or `Refused` for another request."""
    table = idempotency.c
    taken = await session.execute(
        insert(idempotency).values(_claimed(claim)).on_conflict_do_nothing().returning(table.key)
    )
    if taken.first() is not None:
        return
    same = (table.actor == claim.actor, table.route == claim.route, table.key == claim.key)
    found = (await session.execute(idempotency.select().where(*same))).one()
    if found.fingerprint != claim.fingerprint:
        raise Refused("key-reused", "这个 Idempotency-Key 已用于另一个内容不同的请求。")
    if found.status is None:
        raise Problem("key-unfinished", "这个 Idempotency-Key 的请求没有留下答复，请换一个新的键。")
    raise Replay(
        Response(found.body, found.status, {**found.headers, "Idempotency-Replayed": "true"})
    )


def _claimed(claim: Claim) -> dict[str, Any]:
    return {
        "actor": claim.actor,
        "route": claim.route,
        "key": claim.key,
        "fingerprint": claim.fingerprint,
        "at": claim.at,
    }


def _answered(response: Response) -> dict[str, Any]:
    given = ((str(name, "latin-1"), value) for name, value in response.raw_headers)
    headers = {name: str(value, "latin-1") for name, value in given if name in _KEPT_HEADERS}
    return {"status": response.status_code, "headers": headers, "body": bytes(response.body)}


def kept(claim: Claim, response: Response) -> dict[str, Any]:
    """The row of a key with its answer, for who writes both at once."""
    return _claimed(claim) | _answered(response)


async def keep(session: AsyncSession, claim: Claim, response: Response) -> None:
    """Store the answer beside the effect, before the commit."""
    table = idempotency.c
    await session.execute(
        update(idempotency)
        .where(table.actor == claim.actor, table.route == claim.route, table.key == claim.key)
        .values(_answered(response))
    )


async def forget(session: AsyncSession, now: datetime) -> int:
    """Delete some of the keys that are older than `KEPT`; how many."""
    gone: Any = await session.execute(_FORGET, {"before": now - KEPT})
    return int(gone.rowcount)
