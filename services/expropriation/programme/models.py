"""The table of programmes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Date, DateTime, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.expropriation.compensation.rules import Standards
from services.expropriation.programme.rules import SigningPeriod
from services.expropriation.reward.rules import RewardTier
from services.expropriation.tables import Base
from shared.db.model import Aggregate


class Programme(Aggregate, Base):
    """One programme for one planned project. Its terms are set once, with the signing period: the
    trigger `programme_terms_stay` of the first migration refuses a change.

    `last_signing_no` and `last_moving_no` are the counters of the two orders; who takes a number
    holds the row's lock until his transaction ends, so that numbers have no gaps.
    """

    __tablename__ = "programme"
    __table_args__ = (
        CheckConstraint(
            "state = 'opened' OR (num_nulls(starts_on, ends_on, tiers, unit_price_fen) = 0"
            " AND funds_confirmed_doc <> '')",
            name="terms_known",
        ),
        CheckConstraint("ends_on >= starts_on", name="period_forward"),
        CheckConstraint(
            "(last_signing_no = 0) = (last_signed_at IS NULL)", name="last_signing_known"
        ),
        CheckConstraint("last_moving_no BETWEEN 0 AND last_signing_no", name="moves_after_signing"),
        Index(None, "region", "id"),
        Index(None, "state", "region", "id"),
    )

    programme_no: Mapped[str] = mapped_column(String(40, collation="C"), unique=True)
    project_id: Mapped[UUID] = mapped_column(unique=True)
    project_no: Mapped[str] = mapped_column(String(40, collation="C"))
    households: Mapped[int]
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    tiers: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    unit_price_fen: Mapped[int | None] = mapped_column(BigInteger)
    moving_fee_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    transition_fee_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    transition_months: Mapped[int] = mapped_column(default=0)
    pay_within_days: Mapped[int] = mapped_column(default=0)
    funds_confirmed_doc: Mapped[str] = mapped_column(String(200), default="")
    last_signing_no: Mapped[int] = mapped_column(default=0)
    last_signed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_moving_no: Mapped[int] = mapped_column(default=0)

    @property
    def period(self) -> SigningPeriod:
        """The signing period of a programme that has announced it."""
        assert self.starts_on is not None
        assert self.ends_on is not None
        return SigningPeriod(self.starts_on, self.ends_on)

    @property
    def standards(self) -> Standards:
        """The compensation standards of a programme that has announced them."""
        assert self.unit_price_fen is not None
        return Standards(
            self.unit_price_fen,
            self.moving_fee_fen,
            self.transition_fee_fen,
            self.transition_months,
        )

    @property
    def ladder(self) -> tuple[RewardTier, ...]:
        """The reward tiers in order."""
        return tuple(RewardTier.read(tier) for tier in self.tiers or ())
