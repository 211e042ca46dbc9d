"""The table of public notices."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.applications.tables import Base
from shared.db.model import RegionColumn, new_id


class PublicNotice(Base):
    """One posting of one household. `outcome`: how it ended, empty while it runs.

    `content` is already masked; it is taken down at the end and only `content_digest` stays.
    """

    __tablename__ = "public_notice"
    __table_args__ = (
        CheckConstraint("stage IN (1, 2)", name="stage"),
        CheckConstraint("ends_on > starts_on", name="days"),
        CheckConstraint("(outcome IS NULL) = (content IS NOT NULL)", name="taken_down"),
        CheckConstraint("outcome IN ('closed', 'upheld', 'withdrawn')", name="outcome"),
        Index(
            "uq_public_notice_running",
            "application_id",
            unique=True,
            postgresql_where=text("outcome IS NULL"),
        ),
        Index(
            "uq_public_notice_closed",
            "application_id",
            "stage",
            unique=True,
            postgresql_where=text("outcome = 'closed'"),
        ),
        Index("ix_public_notice_shown", "region", "id", postgresql_where=text("outcome IS NULL")),
        Index(None, "application_id"),
        {"info": {"open": "published to everybody"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    region: Mapped[str] = mapped_column(RegionColumn)
    stage: Mapped[int] = mapped_column(SmallInteger)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    content: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    content_digest: Mapped[str] = mapped_column(String(64, collation="C"))
    outcome: Mapped[str | None] = mapped_column(String(12))
    ended_on: Mapped[date | None]
