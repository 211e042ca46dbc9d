"""What a service has taken in: the inbox, how far each source is read, dead letters, job days."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    Uuid,
)

from shared.db.model import MACHINERY, RegionColumn

inbox = Table(
    "inbox",
    MACHINERY,
    Column("event_id", Uuid, primary_key=True),
    Column("source", String(20, collation="C"), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("ix_inbox_source_position", "source", "position", unique=True),
    comment="已收到的事件，重复投递时不再生效",
)

consumer_pos = Table(
    "consumer_pos",
    MACHINERY,
    Column("source", String(20, collation="C"), primary_key=True),
    Column("position", BigInteger, nullable=False),
    comment="各来源已连续收到的位置",
)

dead_letter = Table(
    "dead_letter",
    MACHINERY,
    Column("event_id", Uuid, primary_key=True),
    Column("source", String(20, collation="C"), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("subject", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", String(120, collation="C"), nullable=False),
    Column("region", RegionColumn, nullable=False),
    Column("envelope", LargeBinary, nullable=False),
    Column("code", String(80), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("ix_dead_letter_subject", "source", "subject", "position"),
    comment="死信：办不了的事件，同一对象的后续事件排在其后",
)

job_runs = Table(
    "job_runs",
    MACHINERY,
    Column("day", Date, primary_key=True),
    Column("job", String(60, collation="C"), primary_key=True),
    Column("done", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    comment="每个业务日已完成的日常任务",
)
