"""The table of eligibility standards."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Numeric,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.applications.tables import Base
from shared.db.model import RegionColumn, new_id


class EligibilityStandard(Base):
    """The lines of one unit from one day on. A change is a new row; no row is ever altered."""

    __tablename__ = "eligibility_standard"
    __table_args__ = (
        UniqueConstraint("region", "effective_from"),
        CheckConstraint("income_line_fen > 0", name="income_line"),
        CheckConstraint("area_line_sqm > 0", name="area_line"),
        {"info": {"open": "a published document: districts are judged by their city's"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    region: Mapped[str] = mapped_column(RegionColumn)
    effective_from: Mapped[date]
    document_no: Mapped[str] = mapped_column(String(100))
    income_line_fen: Mapped[int] = mapped_column(BigInteger)
    """Monthly income per head; a household at the line is still entitled."""
    area_line_sqm: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    """Own floor area per head; a household at the line is not entitled."""
    published_by: Mapped[str] = mapped_column(String(200))
    published_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
