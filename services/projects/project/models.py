"""The tables of a project and its buildings."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.projects.tables import Base
from shared.db.model import Aggregate, new_id


class Project(Aggregate, Base):
    """One site and what became of it. Money is in fen; the last group is cumulated."""

    __tablename__ = "project"
    __table_args__ = (
        Index(None, "region", "id"),
        Index(None, "state", "region", "id"),
        Index(
            "uq_project_parcel",
            "region",
            "parcel_no",
            unique=True,
            postgresql_where=text("state <> 'prohibited'"),
        ),
        CheckConstraint("households > 0", name="households_positive"),
        CheckConstraint(
            "state NOT IN ('library', 'planned', 'started', 'completed')"
            " OR (parcel_no IS NOT NULL AND renovation_year IS NOT NULL)",
            name="library_needs_parcel_and_year",
        ),
        CheckConstraint(
            "state NOT IN ('planned', 'started', 'completed') OR num_nulls(project_no, plan_year,"
            " planned_on, units, planned_start_on, investment_fen, needs_clearing) = 0",
            name="planned_is_complete",
        ),
        CheckConstraint(
            "state NOT IN ('started', 'completed') OR started_on IS NOT NULL",
            name="started_has_day",
        ),
        CheckConstraint("paid_fen <= received_fen", name="paid_within_received"),
        CheckConstraint("completed_units <= coalesce(units, 0)", name="completed_within_units"),
    )

    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(200))
    parcel_no: Mapped[str | None] = mapped_column(String(64))
    site_kind: Mapped[str] = mapped_column(String(24))
    nature: Mapped[str] = mapped_column(String(24))
    location_kind: Mapped[str] = mapped_column(String(24))
    cause: Mapped[str | None] = mapped_column(String(24))
    households: Mapped[int]
    area_sqm: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    contiguous: Mapped[bool]
    traits: Mapped[list[str]] = mapped_column(JSONB)

    screened_on: Mapped[date | None]
    evidence: Mapped[dict[str, dict[str, str]]] = mapped_column(JSONB, default=dict)
    """What lifts a prohibition: the evidence that the last check was given."""
    prohibited_on: Mapped[date | None]
    refusal_opinion: Mapped[str | None] = mapped_column(Text)

    entered_on: Mapped[date | None]
    renovation_year: Mapped[int | None]
    priority: Mapped[str | None] = mapped_column(String(2))
    factors: Mapped[list[str]] = mapped_column(JSONB, default=list)

    planned_on: Mapped[date | None]
    project_no: Mapped[str | None] = mapped_column(String(32), unique=True)
    plan_year: Mapped[int | None]
    units: Mapped[int | None]
    planned_start_on: Mapped[date | None]
    investment_fen: Mapped[int | None] = mapped_column(BigInteger)
    needs_clearing: Mapped[bool | None]

    started_on: Mapped[date | None]
    start_evidence: Mapped[str | None] = mapped_column(String(32))
    permit_no: Mapped[str | None] = mapped_column(String(64))
    photo_digest: Mapped[str | None] = mapped_column(String(64))
    agreement_no: Mapped[str | None] = mapped_column(String(64))

    last_month: Mapped[str | None] = mapped_column(String(7))
    stage: Mapped[str | None] = mapped_column(String(16))
    progress_rate: Mapped[Decimal | None] = mapped_column(Numeric(5, 4))
    completed_on: Mapped[date | None]
    completed_units: Mapped[int] = mapped_column(default=0)
    invested_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    received_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    paid_fen: Mapped[int] = mapped_column(BigInteger, default=0)


class Building(Base):
    """One building of a site, with its appraisal if it has one (unit of appraisal is the 幢)."""

    __tablename__ = "building"
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(appraisal_level, appraisal_agency, appraised_on) IN (0, 3)",
            name="appraisal_complete",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(16))
    built_year: Mapped[int | None]
    appraisal_level: Mapped[str | None] = mapped_column(String(1))
    appraisal_agency: Mapped[str | None] = mapped_column(String(100))
    appraised_on: Mapped[date | None]
