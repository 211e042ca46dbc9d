"""The sequencer: numbers committed rows 1..n without gaps and chains their hashes.

It is the only place where rows get their public order. It reads committed rows only, so a slow
transaction delays its own rows and no others, and nothing is ever skipped. A batch is read by one
statement and numbered by another, which does nothing when the head has moved in between: nothing
is locked while the hashes are computed, and a second sequencer does no harm.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from sqlalchemy import BigInteger, Table, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.commands.audit import audit_log
from shared.commands.outbox import heads, outbox
from shared.db.connections import Connections
from shared.events.envelope import written

BATCH_SIZE = 2000
"""Rows of one statement: above some hundreds nothing is gained, above thousands locks last."""


@dataclass(frozen=True)
class Log:
    """A table whose rows are numbered, and the text of a row that goes into the chain."""

    table: Table
    content: Callable[[str], str]
    """Service -> SQL expression of a row `o` whose `position` is the one it gets."""

    @property
    def name(self) -> str:
        """How the log is called in `sequence_head`."""
        return self.table.name

    @property
    def columns(self) -> str:
        """Every column but the number."""
        return ", ".join(one.name for one in self.table.columns if one.name != "position")


def _event_content(service: str) -> str:
    """An event's envelope as readers get it, and the kind of aggregate that it is of."""
    return f"o.aggregate || E'\\n' || {written(service)}"


def _audit_content(_: str) -> str:
    """An audit row as JSON: every column but the hash, in the order that `jsonb` gives the keys."""
    return "(to_jsonb(o) - 'chain')::text"


EVENTS = Log(outbox, _event_content)
AUDIT = Log(audit_log, _audit_content)
LOGS = (EVENTS, AUDIT)

START = b"\0" * 32
"""The hash before the first row."""


def link(previous: bytes, content: bytes) -> bytes:
    """The hash of one row: SHA-256 over the hash before it and its content."""
    return hashlib.sha256(previous + content).digest()


WAITING = "SELECT " + ", ".join(
    f"EXISTS (SELECT FROM {one.name} WHERE position IS NULL) AS {one.name}" for one in LOGS
)
"""Which logs have rows without a number: one cheap look."""


@cache
def _owed(log: Log, service: str) -> str:
    """The rows that wait, with the numbers they would get, and the hash before them."""
    return f"""
    WITH head AS (SELECT position, chain FROM sequence_head WHERE log = '{log.name}'),
    o AS (
      SELECT {log.columns},
             coalesce((SELECT position FROM head), 0) + row_number() OVER (ORDER BY id) AS position
      FROM (SELECT * FROM {log.name} WHERE position IS NULL ORDER BY id LIMIT $1) AS waiting
    )
    SELECT o.id, o.position, (SELECT chain FROM head) AS before,
           convert_to({log.content(service)}, 'UTF8') AS content
    FROM o ORDER BY o.id"""


@cache
def _number(log: Log) -> str:
    """Give the numbers and move the head, in one, if the head still stands where it was read."""
    key = "bigint" if isinstance(log.table.c.id.type, BigInteger) else "uuid"
    return f"""
    WITH moved AS (
      INSERT INTO sequence_head AS head (log, position, chain)
      VALUES ('{log.name}', $1::bigint + cardinality($2::{key}[]), $3::bytea)
      ON CONFLICT (log) DO UPDATE SET position = excluded.position, chain = excluded.chain
      WHERE head.position = $1
      RETURNING log
    ), numbered AS (
      UPDATE {log.name} AS t SET position = $1 + n.nth, chain = n.chain
      FROM moved, unnest($2, $4::bytea[]) WITH ORDINALITY AS n(id, chain, nth)
      WHERE t.id = n.id
    )
    SELECT log FROM moved"""


async def sequence(connections: Connections, service: str, log: Log, most: int = BATCH_SIZE) -> int:
    """Number up to `most` waiting rows; how many. 0 when another sequencer was quicker."""
    rows = await connections.fetch(_owed(log, service), most)
    if not rows:
        return 0
    chain, chains = rows[0]["before"] or START, []
    for row in rows:
        chain = link(chain, row["content"])
        chains.append(chain)
    ids, reached = [row["id"] for row in rows], rows[0]["position"] - 1
    moved = await connections.fetch(_number(log), reached, ids, chain, chains)
    return len(rows) if moved else 0


def chained(log: Log, service: str) -> str:
    """Every numbered row: its position, its hash and the content that the hash is over."""
    return (
        f"SELECT o.position, o.chain, convert_to({log.content(service)}, 'UTF8') AS content"
        f" FROM {log.name} AS o WHERE o.position IS NOT NULL ORDER BY o.position"
    )


async def broken_link(session: AsyncSession, service: str, log: Log) -> int | None:
    """The first position whose content, number or hash is not as it was chained; None if whole."""
    chain, expected = START, 1
    rows = await session.stream(text(chained(log, service)), execution_options={"yield_per": 1000})
    async for kept in rows:
        chain = link(chain, kept.content)
        if kept.position != expected or kept.chain != chain:
            return expected
        expected += 1
    head = (await session.execute(select(heads).where(heads.c.log == log.name))).first()
    if head is None:
        return None if expected == 1 else 1
    if head.position != expected - 1:  # rows were cut off at the end, or added there
        return min(int(head.position) + 1, expected)
    return None if bytes(head.chain) == chain else int(head.position)
