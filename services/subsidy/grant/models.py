"""The tables of grants, their amounts and the accounts they are paid to."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.subsidy.grant.amount import StoredStep
from services.subsidy.month.models import MonthColumn
from services.subsidy.tables import Base
from shared.crypto.sealed_column import SealedColumn
from shared.db.model import Aggregate, RegionColumn, new_id
from shared.db.records import record
from shared.domain.identity import account_no


class Grant(Aggregate, Base):
    """One household's grant. `hold`: why it waits while it is requested.

    `monthly_fen` and `standard_id` are those of its newest amount. Payable are the months from
    `first_month` up to, not including, `stop_month`.
    """

    __tablename__ = "subsidy_grant"
    __table_args__ = (
        Index(
            "uq_subsidy_grant_live_household",
            "household_key",
            unique=True,
            postgresql_where=text("state IN ('calculated', 'signed')"),
        ),
        Index(None, "region", "id"),
        Index(None, "state", "region", "id"),
        Index("ix_subsidy_grant_state_standard_id", "state", "standard_id"),
        Index("ix_subsidy_grant_household_key", "household_key"),
        CheckConstraint("state <> 'signed' OR first_month IS NOT NULL", name="signed_from_a_month"),
        CheckConstraint(
            "state <> 'stopped' OR stop_month IS NOT NULL", name="stopped_from_a_month"
        ),
    )

    application_id: Mapped[UUID] = mapped_column(unique=True)
    household_key: Mapped[str] = mapped_column(String(128, collation="C"))
    categories: Mapped[list[str]] = mapped_column(JSONB)
    tier: Mapped[str] = mapped_column(String(16, collation="C"))
    household_size: Mapped[int]
    own_area_sqm: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    approved_on: Mapped[date]
    hold: Mapped[str] = mapped_column(String(32))
    standard_id: Mapped[UUID | None] = mapped_column(ForeignKey("standard.id"))
    monthly_fen: Mapped[int] = mapped_column(BigInteger)
    amounts: Mapped[int]
    """How many amounts it has had."""
    rent_fen: Mapped[int | None] = mapped_column(BigInteger)
    agreement_no: Mapped[str | None] = mapped_column(String(40), unique=True)
    signed_on: Mapped[date | None]
    first_month: Mapped[str | None] = mapped_column(MonthColumn)
    stop_month: Mapped[str | None] = mapped_column(MonthColumn)
    stop_code: Mapped[str] = mapped_column(String(32), default="")
    stop_reason: Mapped[str] = mapped_column(Text, default="")


class GrantAmount(Base):
    """What a grant is worth from a month on, with the worked steps. A row is never changed.

    For a month, the row with the highest `number` that begins in or before it counts.
    """

    __tablename__ = "grant_amount"
    __table_args__ = (
        UniqueConstraint("grant_id", "number"),
        CheckConstraint("monthly_fen >= 0", name="not_negative"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    grant_id: Mapped[UUID] = mapped_column(ForeignKey("subsidy_grant.id"))
    number: Mapped[int]
    from_month: Mapped[str] = mapped_column(MonthColumn)
    monthly_fen: Mapped[int] = mapped_column(BigInteger)
    standard_id: Mapped[UUID] = mapped_column(ForeignKey("standard.id"))
    steps: Mapped[list[StoredStep]] = mapped_column(JSONB)


class Account(Base):
    """A household's bank account, sealed. A corrected account is a new row, now `current`."""

    __tablename__ = "account"
    __table_args__ = (
        Index(
            "uq_account_current_grant", "grant_id", unique=True, postgresql_where=text("current")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    region: Mapped[str] = mapped_column(RegionColumn)
    grant_id: Mapped[UUID] = mapped_column(ForeignKey("subsidy_grant.id"))
    current: Mapped[bool]
    number_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    holder_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    number_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


NUMBER = SealedColumn("subsidy|account|number")
HOLDER = SealedColumn("subsidy|account|holder")


def new_account(grant_id: UUID, region: str, number: str, holder: str, now: datetime) -> Account:
    """A sealed, current account of a grant in `region`. Raises `Refused` for a wrong number."""
    id, number = new_id(), account_no(number)
    return record(
        Account,
        id=id,
        region=region,
        grant_id=grant_id,
        current=True,
        number_sealed=NUMBER.seal(id, number),
        holder_sealed=HOLDER.seal(id, holder),
        number_index=NUMBER.index(number),
        created_at=now,
    )
