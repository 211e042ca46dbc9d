"""The outbox: the one log of a service. Rows are written with the state, in one transaction.

The sequencer gives committed rows their public order (`position`); `id` is only the order of
insertion. Within one aggregate both orders agree, because version n+1 is written by somebody who
saw version n committed.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.base import Event
from shared.db.model import MACHINERY, RegionColumn, new_id

LARGEST = 256 * 1024
"""Bytes of one event's data: what is larger could never pass a broker."""

outbox = Table(
    "outbox",
    MACHINERY,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("aggregate", String(80, collation="C"), nullable=False),
    Column("subject", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", String(120, collation="C"), nullable=False),
    Column("region", RegionColumn, nullable=False),
    Column("data", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("trace", String(60), nullable=False),
    Column("position", BigInteger, nullable=True),
    Column("chain", LargeBinary(32), nullable=True),
    UniqueConstraint("aggregate", "subject", "version"),
    CheckConstraint(f"octet_length(data) <= {LARGEST}", name="data_size"),
    Index(
        "ix_outbox_position",
        "position",
        unique=True,
        postgresql_where=text("position IS NOT NULL"),
    ),
    Index("ix_outbox_unnumbered", "id", postgresql_where=text("position IS NULL")),
    comment="发件箱：本服务唯一的事件日志",
)

heads = Table(
    "sequence_head",
    MACHINERY,
    Column("log", String(20, collation="C"), primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("chain", LargeBinary(32), nullable=False),
    comment="编号的末位和链尾：outbox、audit_log",
)

sink_cursor = Table(
    "sink_cursor",
    MACHINERY,
    Column("sink", String(40, collation="C"), primary_key=True),
    Column("position", BigInteger, nullable=False),
    comment="已转发到的位置",
)


def row(
    *,
    aggregate: str,
    subject: UUID,
    version: int,
    region: str,
    event: Event,
    trace: str,
    now: datetime,
) -> dict[str, Any]:
    """One event as values. The data is kept as the text that readers will get."""
    return {
        "event_id": new_id(),
        "aggregate": aggregate,
        "subject": subject,
        "version": version,
        "type": event.event_type(),
        "region": region,
        "data": event.model_dump_json(),
        "at": now,
        "trace": trace,
    }


async def head_of(session: AsyncSession) -> int:
    """The last position that was given."""
    found = select(heads.c.position).where(heads.c.log == "outbox")
    return (await session.execute(found)).scalar_one_or_none() or 0
