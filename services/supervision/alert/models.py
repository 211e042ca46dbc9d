"""Tables of alerts and of the things that are watched for them."""

from datetime import date
from uuid import UUID

from sqlalchemy import Date, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.supervision.tables import Base
from shared.db.model import Aggregate, RegionColumn


class Alert(Aggregate, Base):
    """One alert; `region` is the unit. One per kind, object and period."""

    __tablename__ = "alert"
    __table_args__ = (
        UniqueConstraint("code", "object_id", "period"),
        Index(None, "region", "id"),
        Index(None, "state", "region", "id"),
        Index(None, "code", "region", "id"),
    )

    code: Mapped[str] = mapped_column(String(32, collation="C"))
    object_id: Mapped[str] = mapped_column(String(36, collation="C"))
    object_label: Mapped[str] = mapped_column(String(60))
    period: Mapped[str] = mapped_column(String(10, collation="C"))
    level: Mapped[str] = mapped_column(String(8, collation="C"))
    clause: Mapped[str] = mapped_column(String(8, collation="C"))
    opened_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text)


class WatchedRow(Base):
    """A project or an overdue case as its events left it, for the deadlines it has to keep."""

    __tablename__ = "watched"
    __table_args__ = (
        Index(
            "ix_watched_running",
            "kind",
            "object_id",
            postgresql_where=text("done_on IS NULL OR barred_on IS NOT NULL"),
        ),
    )

    kind: Mapped[str] = mapped_column(String(8, collation="C"), primary_key=True)
    object_id: Mapped[UUID] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(RegionColumn)
    label: Mapped[str | None] = mapped_column(String(60))
    clause: Mapped[str | None] = mapped_column(String(8, collation="C"))
    due_on: Mapped[date | None] = mapped_column(Date)
    done_on: Mapped[date | None] = mapped_column(Date)
    listed_on: Mapped[date | None] = mapped_column(Date)
    barred_on: Mapped[date | None] = mapped_column(Date)
    remaining: Mapped[int | None] = mapped_column(Integer)
