"""The relay: numbered events in order to Kafka, the cursor moved after every acknowledgement.

It stops at the first record that fails and goes on from its cursor: a record may come twice, none
is lost or overtaken. The cursor moves only from where this process read it, so that a second relay
that was elected meanwhile is noticed.
"""

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.base import topic
from shared.db import Sessions
from shared.envelope import write
from shared.kafka import Producer
from shared.outbox import outbox, sink_cursor

SINK = "kafka"
BATCH = 2000


class Fenced(RuntimeError):
    """Another relay moved the cursor: this one must end."""


async def cursor(session: AsyncSession) -> int:
    """How far the broker has acknowledged."""
    found = select(sink_cursor.c.position).where(sink_cursor.c.sink == SINK)
    return (await session.execute(found)).scalar_one_or_none() or 0


async def relay_batch(sessions: Sessions, service: str, producer: Producer) -> int:
    """Send the next events, await their acknowledgement, move the cursor; how many were sent.

    Raises `KafkaAway` when the broker did not take them all, `Fenced` when the cursor was moved.
    """
    async with sessions() as session:
        after = await cursor(session)
        numbered = select(outbox).where(outbox.c.position > after).order_by(outbox.c.position)
        rows = (await session.execute(numbered.limit(BATCH))).all()
    if not rows:
        return 0
    records = [(str(kept.subject).encode(), write(service, kept)) for kept in rows]
    await producer.send(topic(service), records)
    reached = rows[-1].position
    async with sessions() as session, session.begin():
        await session.execute(
            insert(sink_cursor).values(sink=SINK, position=0).on_conflict_do_nothing()
        )
        moved = await session.execute(
            text("UPDATE sink_cursor SET position = :to WHERE sink = :sink AND position = :from"),
            {"to": reached, "sink": SINK, "from": after},
        )
        if moved.rowcount != 1:  # type: ignore[attr-defined]
            raise Fenced(service)
    return len(rows)
