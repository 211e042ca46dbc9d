"""The table of monthly progress."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.projects.tables import Base
from shared.db.model import new_id


class ProgressMonth(Base):
    """One project's month as it was last reported. Money is of this month alone, in fen."""

    __tablename__ = "progress_month"
    __table_args__ = (
        UniqueConstraint("project_id", "month"),
        CheckConstraint("progress_rate BETWEEN 0 AND 1", name="rate_is_a_share"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    month: Mapped[str] = mapped_column(String(7, collation="C"))
    reported_on: Mapped[date]
    corrections: Mapped[int] = mapped_column(default=0)
    stage: Mapped[str] = mapped_column(String(16))
    progress_rate: Mapped[Decimal] = mapped_column(Numeric(5, 4))
    invested_fen: Mapped[int] = mapped_column(BigInteger)
    received_fen: Mapped[int] = mapped_column(BigInteger)
    paid_fen: Mapped[int] = mapped_column(BigInteger)
    completed_units: Mapped[int]
    payment_pace: Mapped[str] = mapped_column(String(8))
