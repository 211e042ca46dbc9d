"""The table of payments."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.subsidy.month.models import MonthColumn
from services.subsidy.tables import Base
from shared.db.model import Aggregate

IS_EFFECTIVE = text("state IN ('pending', 'paid')")
"""Payments that stand. As a constant text: with parameters a generic plan finds no such index."""


class Payment(Aggregate, Base):
    """One household's subsidy for one month. Lines of a batch are made with version 0.

    `number` is what the bank knows it by; `amount_id` and `account_id` are rows that never
    change, so a line says for ever what was paid, why and to which account.
    """

    __tablename__ = "payment"
    __table_args__ = (
        Index(
            "uq_payment_effective_household_month",
            "household_key",
            "month",
            unique=True,
            postgresql_where=IS_EFFECTIVE,
        ),
        Index("ix_payment_batch_id_number", "batch_id", "number"),
        Index(None, "region", "id"),
        Index(None, "state", "region", "id"),
        Index(None, "month", "region", "id"),
        Index(None, "state", "month", "region", "id"),
        Index("ix_payment_grant_id_month", "grant_id", "month"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    number: Mapped[str] = mapped_column(String(48, collation="C"), unique=True)
    batch_id: Mapped[UUID] = mapped_column(
        ForeignKey("batch.id", deferrable=True, initially="DEFERRED")
    )
    """A batch is written behind its lines, with their number and sum."""
    grant_id: Mapped[UUID] = mapped_column(ForeignKey("subsidy_grant.id"))
    household_key: Mapped[str] = mapped_column(String(128, collation="C"))
    month: Mapped[str] = mapped_column(MonthColumn)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    amount_id: Mapped[UUID] = mapped_column(ForeignKey("grant_amount.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    failure_code: Mapped[str] = mapped_column(String(32), server_default="")
    settled_on: Mapped[date | None]
    replaces: Mapped[UUID | None] = mapped_column(ForeignKey("payment.id"))
