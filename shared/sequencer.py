"""The sequencer: numbers committed rows 1..n without gaps and chains their hashes.

It is the only place where rows get their public order. It reads committed rows only, so a slow
transaction delays its own rows and no others, and nothing is ever skipped. One runs at a time:
the head row is locked while a batch is numbered.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary, Table, Uuid, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.audit import audit_log
from shared.contracts.base import REGISTRY
from shared.db import Sessions
from shared.envelope import write
from shared.leader import lease
from shared.outbox import heads, outbox
from shared.spec import Received

BATCH = 2000
"""Rows of one transaction: above some hundreds nothing is gained, above thousands locks last."""


@dataclass(frozen=True)
class Log:
    """A table whose rows are numbered, and the bytes of a row that go into the chain."""

    name: str
    table: Table
    order: str
    content: Callable[[str, Any, int], bytes]
    """Service, row, position."""


_CHAINED = [column.key for column in audit_log.columns if column.key != "chain"]


def audit_bytes(_: str, kept: Any, position: int) -> bytes:
    """An audit row as canonical JSON: every column but the chain itself."""
    values = {}
    for name in _CHAINED:
        value = position if name == "position" else getattr(kept, name)
        if isinstance(value, datetime):
            value = value.astimezone(UTC).isoformat()
        values[name] = str(value) if isinstance(value, UUID) else value
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def event_bytes(service: str, kept: Any, position: int) -> bytes:
    """An event's envelope as readers get it, and the kind of aggregate that it is of."""
    return f"{kept.aggregate}\n".encode() + write(service, kept, position)


EVENTS = Log("outbox", outbox, "id", event_bytes)
AUDIT = Log("audit_log", audit_log, "id", audit_bytes)
LOGS = (EVENTS, AUDIT)

START = b"\0" * 32
"""The hash before the first row."""


def link(previous: bytes, content: bytes) -> bytes:
    """The hash of one row: SHA-256 over the hash before it and its content."""
    return hashlib.sha256(previous + content).digest()


WAITING = "SELECT " + ", ".join(
    f"EXISTS (SELECT FROM {one.table.name} WHERE position IS NULL) AS {one.name}" for one in LOGS
)
"""Which logs have rows without a number: one cheap look."""


async def sequence(session: AsyncSession, service: str, log: Log, most: int = BATCH) -> int:
    """Number up to `most` waiting rows in the caller's transaction; how many there were.

    A process that hangs in between holds the head no longer than it would hold the lead.
    """
    table = log.table
    await lease(session)
    locked = select(heads).where(heads.c.log == log.name).with_for_update()
    head = (await session.execute(locked)).first()
    if head is None:
        first = insert(heads).values(log=log.name, position=0, chain=START)
        await session.execute(first.on_conflict_do_nothing())
        head = (await session.execute(locked)).one()
    owed = select(table).where(table.c.position.is_(None)).order_by(table.c[log.order])
    rows = (await session.execute(owed.limit(most))).all()
    if not rows:
        return 0
    chain, positions, chains = head.chain, [], []
    for position, kept in enumerate(rows, head.position + 1):
        chain = link(chain, log.content(service, kept, position))
        positions.append(position)
        chains.append(chain)
    key = "bigint" if isinstance(table.c.id.type, BigInteger) else "uuid"
    ids = ARRAY(BigInteger if key == "bigint" else Uuid)
    number = text(
        f"UPDATE {table.name} t SET position = n.position, chain = n.chain "
        f"FROM unnest(CAST(:ids AS {key}[]), CAST(:positions AS bigint[]), "
        "CAST(:chains AS bytea[])) AS n(id, position, chain) WHERE t.id = n.id"
    ).bindparams(
        bindparam("ids", [kept.id for kept in rows], type_=ids),
        bindparam("positions", positions, type_=ARRAY(BigInteger)),
        bindparam("chains", chains, type_=ARRAY(LargeBinary)),
    )
    await session.execute(number)
    moved = heads.update().where(heads.c.log == log.name)
    await session.execute(moved.values(position=positions[-1], chain=chain))
    return len(rows)


async def sequence_all(sessions: Sessions, service: str) -> int:
    """Number everything that waits, batch by batch, in both logs; how many rows."""
    done = 0
    for log in LOGS:
        while True:
            async with sessions() as session, session.begin():
                count = await sequence(session, service, log)
            done += count
            if count < BATCH:
                break
    return done


async def sequenced(sessions: Sessions, service: str, after: int = 0) -> list[Received]:
    """The numbered events behind `after`, as a consumer would get them."""
    numbered = select(outbox).where(outbox.c.position > after).order_by(outbox.c.position)
    async with sessions() as session:
        rows = (await session.execute(numbered)).all()
    return [
        Received(
            REGISTRY[kept.type].model_validate_json(kept.data),
            kept.event_id,
            service,
            kept.position,
            kept.subject,
            kept.version,
            kept.at,
            kept.type,
        )
        for kept in rows
    ]


async def broken_link(session: AsyncSession, service: str, log: Log) -> int | None:
    """The first position whose content, number or hash is not as it was chained; None if whole."""
    table = log.table
    chain, expected = START, 1
    rows = await session.stream(
        select(table).where(table.c.position.is_not(None)).order_by(table.c.position),
        execution_options={"yield_per": 1000},
    )
    async for kept in rows:
        chain = link(chain, log.content(service, kept, kept.position))
        if kept.position != expected or bytes(kept.chain) != chain:
            return expected
        expected += 1
    head = (await session.execute(select(heads).where(heads.c.log == log.name))).first()
    if head is None:
        return None if expected == 1 else 1
    if head.position != expected - 1:  # rows were cut off at the end, or added there
        return min(int(head.position) + 1, expected)
    return None if bytes(head.chain) == chain else int(head.position)
