"""Tables of facts and of the counters kept from them."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, Date, Index, Numeric, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.supervision.tables import Base
from shared.db.model import RegionColumn

MONTH = String(7, collation="C")
INDICATOR = String(48, collation="C")
AMOUNT = Numeric(24, 4)


class FactRow(Base):
    """What one event says about one indicator; never changed, and never deleted once published.

    `after_month`: the last month that had been closed when the fact came, empty when none had. A
    closed month counted the facts with an earlier `after_month`; the others are late for it.
    """

    __tablename__ = "fact"
    __table_args__ = (
        Index(None, "unit", "indicator", "month", "event_id"),
        Index(
            "ix_fact_counted",
            "indicator",
            "month",
            "unit",
            "counted",
            postgresql_where=text("counted <> ''"),
        ),
        Index("ix_fact_late", "after_month", postgresql_where=text("month <= after_month")),
    )

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    indicator: Mapped[str] = mapped_column(INDICATOR, primary_key=True)
    unit: Mapped[str] = mapped_column(RegionColumn)
    region: Mapped[str] = mapped_column(RegionColumn)
    month: Mapped[str] = mapped_column(MONTH)
    on_day: Mapped[date] = mapped_column(Date)
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    counted: Mapped[str] = mapped_column(String(36, collation="C"))
    event_type: Mapped[str] = mapped_column(String(100, collation="C"))
    source: Mapped[str] = mapped_column(String(20, collation="C"))
    position: Mapped[int] = mapped_column(BigInteger)
    subject: Mapped[UUID]
    after_month: Mapped[str] = mapped_column(MONTH)


class Counter(Base):
    """The sum of the facts of one unit, month and indicator, kept with every insert."""

    __tablename__ = "fact_counter"

    unit: Mapped[str] = mapped_column(RegionColumn, primary_key=True)
    month: Mapped[str] = mapped_column(MONTH, primary_key=True)
    indicator: Mapped[str] = mapped_column(INDICATOR, primary_key=True)
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    facts: Mapped[int] = mapped_column(BigInteger)
