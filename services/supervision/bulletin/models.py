"""The table of bulletins: one row is one closed month."""

from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.supervision.facts.models import MONTH
from services.supervision.tables import Base
from shared.db.model import Aggregate


class Bulletin(Aggregate, Base):
    """One closed month; `region` is the province.

    `positions`: how far each service's events had come in. `content`: every figure and score of
    the month, of which `digest` is the fingerprint. `document`: what is printed of it.
    """

    __tablename__ = "bulletin"
    __table_args__ = (
        UniqueConstraint("month"),
        UniqueConstraint("year", "number"),
        {"info": {"open": "addressed to every unit"}},
    )

    month: Mapped[str] = mapped_column(MONTH)
    year: Mapped[int] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(Integer)
    issued_on: Mapped[date] = mapped_column(Date)
    positions: Mapped[dict[str, int]] = mapped_column(JSONB)
    digest: Mapped[str] = mapped_column(String(64, collation="C"))
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
