"""The table of the months that are made."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.subsidy.tables import Base
from shared.db.model import RegionColumn

MonthColumn = String(7, collation="C")


class BatchedMonth(Base):
    """The newest month that a unit has made a batch for.

    Not scoped by region: the offices of a unit's districts need it when they sign agreements.
    """

    __tablename__ = "batched_month"

    unit: Mapped[str] = mapped_column(RegionColumn, primary_key=True)
    month: Mapped[str] = mapped_column(MonthColumn)
