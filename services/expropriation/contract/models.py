"""The table of compensation contracts."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    String,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.expropriation.compensation.rules import CompensationMode
from services.expropriation.tables import Base
from shared.crypto.sealed_column import SealedColumn
from shared.db.model import Aggregate

OWNER_NAME = SealedColumn("expropriation|contract|owner_name")
OWNER_ID_NO = SealedColumn("expropriation|contract|owner_id_no")
PHONE = SealedColumn("expropriation|contract|phone")


class Contract(Aggregate, Base):
    """One property of a programme and what its owner gets.

    From the signing on, what was signed cannot change: the trigger `contract_signed_stays` of the
    first migration refuses it.
    """

    __tablename__ = "contract"
    __table_args__ = (
        UniqueConstraint("programme_id", "property_no"),
        UniqueConstraint("programme_id", "signing_no"),
        UniqueConstraint("programme_id", "moving_no"),
        CheckConstraint(
            "num_nonnulls(signing_no, signed_on, signed_at, signed_by, document_digest,"
            " owner_certificate, office_certificate, reward_fen, pay_by) IN (0, 9)",
            name="signed_whole",
        ),
        CheckConstraint("num_nonnulls(paid_fen, voucher_no, paid_on) IN (0, 3)", name="paid_whole"),
        CheckConstraint("num_nonnulls(moving_no, moved_on) IN (0, 2)", name="moved_whole"),
        CheckConstraint(
            "(state <> 'drafted') = (signing_no IS NOT NULL)"
            " AND (state IN ('paid', 'moved')) = (paid_fen IS NOT NULL)"
            " AND (state = 'moved') = (moving_no IS NOT NULL)",
            name="state_told",
        ),
        CheckConstraint("moving_no IS NULL OR paid_fen IS NOT NULL", name="paid_before_moved"),
        CheckConstraint("paid_fen = compensation_fen + reward_fen", name="paid_in_full"),
        CheckConstraint("compensation_fen >= 0 AND reward_fen >= 0", name="amounts_not_negative"),
        CheckConstraint("signing_no >= 1 AND moving_no >= 1", name="numbers_positive"),
        Index(None, "region", "id"),
        Index(None, "state", "region", "id"),
        Index(None, "programme_id", "region", "id"),
    )

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    project_id: Mapped[UUID]
    property_no: Mapped[str] = mapped_column(String(64, collation="C"))
    owner_name: Mapped[bytes] = mapped_column(LargeBinary)
    owner_id_no: Mapped[bytes] = mapped_column(LargeBinary)
    phone: Mapped[bytes] = mapped_column(LargeBinary)
    area_sqm: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    mode: Mapped[CompensationMode] = mapped_column(String(8, collation="C"))
    compensation_fen: Mapped[int] = mapped_column(BigInteger)
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)

    signing_no: Mapped[int | None]
    signed_on: Mapped[date | None] = mapped_column(Date)
    signed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    signed_by: Mapped[str | None] = mapped_column(String(200))
    document_digest: Mapped[str | None] = mapped_column(String(64, collation="C"))
    owner_certificate: Mapped[str | None] = mapped_column(String(64, collation="C"))
    office_certificate: Mapped[str | None] = mapped_column(String(64, collation="C"))
    reward_fen: Mapped[int | None] = mapped_column(BigInteger)
    pay_by: Mapped[date | None] = mapped_column(Date)

    paid_fen: Mapped[int | None] = mapped_column(BigInteger)
    voucher_no: Mapped[str | None] = mapped_column(String(64, collation="C"), unique=True)
    paid_on: Mapped[date | None] = mapped_column(Date)

    moving_no: Mapped[int | None]
    moved_on: Mapped[date | None] = mapped_column(Date)
