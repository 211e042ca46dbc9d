"""The table of reviews."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.applications.tables import Base
from shared.db.model import new_id


class Review(Base):
    """One signed opinion. `superseded` when an upheld objection had the stage decided anew.

    `standard_id` and `warnings`: what the reviewer had before him.
    """

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("stage BETWEEN 1 AND 3", name="stage"),
        CheckConstraint("(verdict = 'fail') = (reason_code IS NOT NULL)", name="reason"),
        CheckConstraint("opinion <> ''", name="opinion"),
        *(
            Index(
                f"uq_review_{name}",
                "application_id",
                name,
                unique=True,
                postgresql_where=text("NOT superseded"),
            )
            for name in ("stage", "reviewer", "organisation")
        ),
        Index(None, "application_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    stage: Mapped[int] = mapped_column(SmallInteger)
    verdict: Mapped[str] = mapped_column(String(4))
    opinion: Mapped[str] = mapped_column(Text)
    visited_on: Mapped[date | None]
    checks: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    reason_code: Mapped[str | None] = mapped_column(String(30))
    reviewer: Mapped[str] = mapped_column(String(200))
    organisation: Mapped[str] = mapped_column(String(200))
    reviewed_on: Mapped[date]
    standard_id: Mapped[UUID | None] = mapped_column(ForeignKey("eligibility_standard.id"))
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    superseded: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
