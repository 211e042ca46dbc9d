"""Idempotency-Key: a repeated command answers as the first time and has one effect.

The row of a key is written with the effect and the answer. A run takes its key before it begins,
so that a twin waits for it; a change writes it last. A change that is refused, or that could not
be written, is told the first answer when its key has one.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    bindparam,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.commands.context import CommandContext
from shared.db.model import MACHINERY
from shared.db.statement import Statement
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
_KNOWN = Statement(
    select(*idempotency.c).where(
        idempotency.c.actor == bindparam("actor"),
        idempotency.c.route == bindparam("route"),
        idempotency.c.key == bindparam("key"),
    )
)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a command answered."""

    status: int
    headers: dict[str, str]
    body: bytes


class Replay(Exception):
    """The command was carried out before; `answer` is what it answered."""

    def __init__(self, answer: StoredAnswer) -> None:
        super().__init__("replay")
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Claim:
    """A key as one caller uses it for one request. `fingerprint` tells requests apart."""

    actor: str
    route: str
    key: str
    fingerprint: bytes
    at: datetime

    def row(self, answer: StoredAnswer | None = None) -> dict[str, Any]:
        """The row of the key, with its answer when there is one already."""
        return {
            "actor": self.actor,
            "route": self.route,
            "key": self.key,
            "fingerprint": self.fingerprint,
            "at": self.at,
            **(_columns(answer) if answer else {}),
        }


def _columns(answer: StoredAnswer) -> dict[str, Any]:
    return {"status": answer.status, "headers": answer.headers, "body": answer.body}


def parse_key(header: str) -> str:
    """The key without quotes. 8 to 255 visible ASCII characters, else `Refused`."""
    found = _KEY.fullmatch(header.strip())
    if found is None:
        raise Refused("key-malformed", "Idempotency-Key 应为 8 到 255 个可见的 ASCII 字符。")
    return found[2]


async def take(call: CommandContext, claim: Claim) -> None:
    """Take the key for this run; `Replay` or `Refused` when it was used before."""
    taken = insert(idempotency).values(claim.row()).on_conflict_do_nothing()
    if (await call.session.execute(taken.returning(idempotency.c.key))).first() is None:
        await recall(call, claim)


async def recall(call: CommandContext, claim: Claim) -> None:
    """Raise `Replay` with the first answer, or `Refused` when the key was another request's.

    Nothing is raised for a key that was not used before.
    """
    found = await call.read(_KNOWN, actor=claim.actor, route=claim.route, key=claim.key)
    if not found:
        return
    [row] = found
    if bytes(row.fingerprint) != claim.fingerprint:
        raise Refused("key-reused", "这个 Idempotency-Key 已用于另一个内容不同的请求。")
    if row.status is None:
        raise Problem("key-unfinished", "这个 Idempotency-Key 的请求没有留下答复，请换一个新的键。")
    raise Replay(StoredAnswer(row.status, row.headers, bytes(row.body)))


async def keep(session: AsyncSession, claim: Claim, answer: StoredAnswer) -> None:
    """Store the answer of a run beside its effect, before the commit."""
    table = idempotency.c
    await session.execute(
        update(idempotency)
        .where(table.actor == claim.actor, table.route == claim.route, table.key == claim.key)
        .values(_columns(answer))
    )


async def forget(session: AsyncSession, now: datetime) -> int:
    """Delete at most 5,000 of the keys that are older than `KEPT`; how many."""
    gone: Any = await session.execute(_FORGET, {"before": now - KEPT})
    return int(gone.rowcount)
