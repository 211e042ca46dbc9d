"""The tables of applications and their household members."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.applications.tables import Base
from shared.crypto.sealed_column import SealedColumn
from shared.db.model import Aggregate, new_id

NAME = SealedColumn("applications|application|name")
PHONE = SealedColumn("applications|application|phone")
HOUSEHOLD_KEY = SealedColumn("applications|application|household_key")
ID_NO = SealedColumn("applications|household_member|id_no")


class Application(Aggregate, Base):
    """One household's wish for a guarantee; `region` is the office that keeps the file.

    `notice_ends_on` (of the latest notice) and `open_objections` are what a notice waits for.
    """

    __tablename__ = "application"
    __table_args__ = (
        Index(None, "state", "region", "id"),
        Index(None, "region", "id"),
        Index(None, "submitted_by", "region", "id"),
        Index(
            "ix_application_under_notice",
            "notice_ends_on",
            postgresql_where=text("state IN ('notice1', 'notice2')"),
        ),
        Index(None, "grant_id", unique=True, postgresql_where=text("grant_id IS NOT NULL")),
        CheckConstraint("household_size > 0", name="household_size"),
        CheckConstraint("monthly_income_fen >= 0", name="income"),
        CheckConstraint("own_area_sqm >= 0", name="own_area"),
        CheckConstraint("open_objections >= 0", name="open_objections"),
        CheckConstraint(
            "state NOT IN ('notice1', 'notice2') OR notice_ends_on IS NOT NULL", name="notice"
        ),
        CheckConstraint(
            "state NOT IN ('cleared', 'approved') OR open_objections = 0", name="answered"
        ),
    )

    receipt_no: Mapped[str | None] = mapped_column(String(40), unique=True)
    accepted_on: Mapped[date | None]
    submitted_by: Mapped[str] = mapped_column(String(200))
    consented_on: Mapped[date]
    name: Mapped[bytes] = mapped_column(LargeBinary)
    phone: Mapped[bytes] = mapped_column(LargeBinary)
    household_key: Mapped[str] = mapped_column(String(64, collation="C"))
    household_size: Mapped[int] = mapped_column(SmallInteger)
    hukou_region: Mapped[str] = mapped_column(String(6, collation="C"))
    urban_hukou: Mapped[bool]
    categories: Mapped[list[str]] = mapped_column(JSONB)
    tier: Mapped[str] = mapped_column(String(10))
    mode: Mapped[str] = mapped_column(String(10))
    monthly_income_fen: Mapped[int] = mapped_column(BigInteger)
    own_area_sqm: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    notice_ends_on: Mapped[date | None]
    open_objections: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"), default=0)
    withdrawal_reason: Mapped[str | None] = mapped_column(Text)
    grant_id: Mapped[UUID | None]


class HouseholdMember(Base):
    """A person of the household; position 0 is the applicant.

    `live` until the application is refused, withdrawn or its guarantee ended: nobody stands in
    two live households.
    """

    __tablename__ = "household_member"
    __table_args__ = (
        UniqueConstraint("application_id", "position"),
        Index("uq_household_member_live", "id_index", unique=True, postgresql_where=text("live")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    id_no: Mapped[bytes] = mapped_column(LargeBinary)
    id_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    live: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
