"""The tables of overdue cases and of what was resettled."""

from datetime import date
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.projects.tables import Base
from shared.crypto.sealed_column import SealedColumn
from shared.db.model import Aggregate, new_id

PERSON = SealedColumn("projects|overdue_case|responsible_person")


class OverdueCase(Aggregate, Base):
    """One line of the ledger (S9.3b): its seven columns, category and deadline.

    `promised_on` is the ledger's own 完成时点, `due_on` the last day that the category allows.
    """

    __tablename__ = "overdue_case"
    __table_args__ = (
        UniqueConstraint("region", "situation"),
        Index(None, "region", "id"),
        Index(None, "state", "region", "id"),
        CheckConstraint("households > 0", name="households_positive"),
        CheckConstraint("resettled BETWEEN 0 AND households", name="resettled_within_households"),
        CheckConstraint(
            "state = 'registered' OR resettled = households", name="closed_only_when_all_resettled"
        ),
        CheckConstraint("category <> 'S9.1a' OR judged_on IS NOT NULL", name="judged_has_day"),
    )

    case_no: Mapped[str] = mapped_column(String(32), unique=True)
    situation: Mapped[str] = mapped_column(String(300))
    households: Mapped[int]
    problem: Mapped[str] = mapped_column(Text)
    measure: Mapped[str] = mapped_column(Text)
    promised_on: Mapped[date]
    responsible_unit: Mapped[str] = mapped_column(String(200))
    responsible_person: Mapped[bytes] = mapped_column(LargeBinary)
    category: Mapped[str] = mapped_column(String(8))
    formed_on: Mapped[date | None]
    judged_on: Mapped[date | None]
    due_on: Mapped[date]
    resettled: Mapped[int] = mapped_column(default=0)
    verified_on: Mapped[date | None]


class Resettlement(Base):
    """Households of a case resettled on one day; below zero what the supervisor took back."""

    __tablename__ = "overdue_resettlement"
    __table_args__ = (CheckConstraint("households <> 0", name="households_not_nought"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("overdue_case.id"), index=True)
    on: Mapped[date]
    households: Mapped[int]
    mode: Mapped[str | None] = mapped_column(String(16))
    evidence: Mapped[str] = mapped_column(Text)
    consent_document: Mapped[str | None] = mapped_column(String(200))
    recorder: Mapped[str] = mapped_column(String(200))
    organisation: Mapped[str] = mapped_column(String(200))
