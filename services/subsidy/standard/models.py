"""The table of local standards."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Numeric, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.subsidy.tables import Base
from shared.db.model import RegionColumn, new_id


class Standard(Base):
    """What one unit pays from a month on; `region` is the unit. A row is never changed.

    `coefficients`: tier -> factor. `counted_persons`: size -> persons counted, where it differs.
    """

    __tablename__ = "standard"
    __table_args__ = (
        UniqueConstraint("region", "effective_from"),
        CheckConstraint("household_cap_sqm <= 60", name="household_cap"),
        CheckConstraint("unit_price_fen > 0 AND floor_fen >= 0", name="prices"),
        {"info": {"open": "a published document; offices of the unit's districts work by it"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    region: Mapped[str] = mapped_column(RegionColumn)
    effective_from: Mapped[date]
    document_no: Mapped[str] = mapped_column(String(100))
    per_capita_sqm: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    household_cap_sqm: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    unit_price_fen: Mapped[int] = mapped_column(BigInteger)
    coefficients: Mapped[dict[str, str]] = mapped_column(JSONB)
    counted_persons: Mapped[dict[str, str]] = mapped_column(JSONB)
    cap_at_rent: Mapped[bool]
    floor_fen: Mapped[int] = mapped_column(BigInteger)
    pays_from: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
