"""The table of monthly reports."""

from datetime import date
from typing import Any

from sqlalchemy import Boolean, Date, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.supervision.tables import Base
from shared.db.model import Aggregate


class Report(Aggregate, Base):
    """One unit's report of one month; `region` is the unit.

    `figures`: indicator -> [month, cumulated], as prefilled from facts (decimal strings, money in
    fen). `changes`: what the unit says differs, each with its reason; facts stay as they are.
    """

    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("month", "region"),)

    month: Mapped[str] = mapped_column(String(7, collation="C"))
    due_on: Mapped[date] = mapped_column(Date)
    figures: Mapped[dict[str, list[str]]] = mapped_column(JSONB)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    remarks: Mapped[str] = mapped_column(Text)
    decision_reason: Mapped[str] = mapped_column(Text)
    submitted_on: Mapped[date | None] = mapped_column(Date)
    late: Mapped[bool] = mapped_column(Boolean)
