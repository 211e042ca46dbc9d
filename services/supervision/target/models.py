"""The table of annual targets."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, Integer, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.supervision.tables import Base
from shared.db.model import Aggregate


class AnnualTarget(Aggregate, Base):
    """What one unit has to reach in one year on one indicator; `region` is the unit."""

    __tablename__ = "annual_target"
    __table_args__ = (
        UniqueConstraint("region", "year", "indicator"),
        CheckConstraint("value >= 0", name="value_not_negative"),
    )

    year: Mapped[int] = mapped_column(Integer)
    indicator: Mapped[str] = mapped_column(String(48, collation="C"))
    value: Mapped[Decimal] = mapped_column(Numeric(24, 4))
