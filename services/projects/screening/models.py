"""The table of verdicts: one row per prohibition and check, never changed (S4.4)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.projects.tables import Base
from shared.db.model import new_id


class ScreeningVerdict(Base):
    """What one check said of one prohibition: outcome, basis, evidence, by whom and when."""

    __tablename__ = "screening_verdict"
    __table_args__ = (Index("ix_screening_verdict_project_id_id", "project_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    occasion: Mapped[str] = mapped_column(String(16))
    clause: Mapped[str] = mapped_column(String(8))
    outcome: Mapped[str] = mapped_column(String(8))
    basis: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    checker: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
