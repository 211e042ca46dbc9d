"""Tables of closed months: the bulletin, its frozen figures, the ranking and restatements."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, Integer, Numeric, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.supervision.facts.models import AMOUNT, CODE, INDICATOR, MONTH
from services.supervision.tables import Base
from shared.db import Aggregate


class Bulletin(Aggregate, Base):
    """One closed month. `positions`: how far each service's events were counted."""

    __tablename__ = "bulletin"
    __table_args__ = (UniqueConstraint("month"), UniqueConstraint("year", "number"))

    month: Mapped[str] = mapped_column(MONTH)
    year: Mapped[int] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(Integer)
    issued_on: Mapped[date] = mapped_column(Date)
    positions: Mapped[dict[str, int]] = mapped_column(JSONB)
    digest: Mapped[str] = mapped_column(String(64, collation="C"))
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)


class FrozenFigure(Base):
    """An indicator of a unit as it was when the month was closed."""

    __tablename__ = "frozen_figure"

    month: Mapped[str] = mapped_column(MONTH, primary_key=True)
    unit: Mapped[str] = mapped_column(CODE, primary_key=True)
    indicator: Mapped[str] = mapped_column(INDICATOR, primary_key=True)
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    total: Mapped[Decimal] = mapped_column(AMOUNT)


class RankingRow(Base):
    """A unit's place in a closed month, with every component of its score."""

    __tablename__ = "ranking_row"

    month: Mapped[str] = mapped_column(MONTH, primary_key=True)
    unit: Mapped[str] = mapped_column(CODE, primary_key=True)
    place: Mapped[int] = mapped_column(Integer)
    listed: Mapped[int] = mapped_column(Integer)
    points: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB)


class RestatedFigure(Base):
    """A month's figure that late facts changed after it was published."""

    __tablename__ = "restated_figure"

    stated_in: Mapped[str] = mapped_column(MONTH, primary_key=True)
    month: Mapped[str] = mapped_column(MONTH, primary_key=True)
    unit: Mapped[str] = mapped_column(CODE, primary_key=True)
    indicator: Mapped[str] = mapped_column(INDICATOR, primary_key=True)
    published: Mapped[Decimal] = mapped_column(AMOUNT)
    restated: Mapped[Decimal] = mapped_column(AMOUNT)


class FrozenTarget(Base):
    """A target as it was when the month was closed."""

    __tablename__ = "frozen_target"

    month: Mapped[str] = mapped_column(MONTH, primary_key=True)
    unit: Mapped[str] = mapped_column(CODE, primary_key=True)
    indicator: Mapped[str] = mapped_column(INDICATOR, primary_key=True)
    value: Mapped[Decimal] = mapped_column(AMOUNT)
