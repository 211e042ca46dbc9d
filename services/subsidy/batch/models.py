"""The table of batches."""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.subsidy.month.models import MonthColumn
from services.subsidy.tables import Base
from shared.db.model import Aggregate

PersonColumn = String(200)


class Batch(Aggregate, Base):
    """One unit's payments of one month; `region` is the unit, `total_fen` the sum of its lines.

    `digest`: what the checker saw, so that nothing else is approved and sent. `paid_*` and
    `failed_*`: what the bank has returned so far.
    """

    __tablename__ = "batch"
    __table_args__ = (
        Index(
            "uq_batch_regular_region_month",
            "region",
            "month",
            unique=True,
            postgresql_where=text("kind = 'regular' AND state <> 'void'"),
        ),
        Index(None, "region", "id"),
        Index(None, "state", "region", "id"),
        Index(None, "month", "region", "id"),
        CheckConstraint("lines >= 0 AND total_fen >= 0", name="sums"),
        CheckConstraint("paid_lines + failed_lines <= lines", name="returned_lines"),
        CheckConstraint("paid_fen + failed_fen <= total_fen", name="returned_sums"),
        CheckConstraint("checked_by IS DISTINCT FROM made_by", name="checker_is_another"),
        CheckConstraint(
            "approved_by IS NULL OR approved_by NOT IN (made_by, checked_by)",
            name="approver_is_a_third",
        ),
    )

    number: Mapped[str] = mapped_column(String(40, collation="C"), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    origin_id: Mapped[UUID | None] = mapped_column(ForeignKey("batch.id"))
    month: Mapped[str] = mapped_column(MonthColumn)
    lines: Mapped[int] = mapped_column(default=0)
    total_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    paid_lines: Mapped[int] = mapped_column(default=0)
    paid_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    failed_lines: Mapped[int] = mapped_column(default=0)
    failed_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    made_by: Mapped[str] = mapped_column(PersonColumn)
    checked_by: Mapped[str | None] = mapped_column(PersonColumn)
    approved_by: Mapped[str | None] = mapped_column(PersonColumn)
    sent_by: Mapped[str | None] = mapped_column(PersonColumn)
    explanation: Mapped[str] = mapped_column(Text, default="")
    digest: Mapped[str] = mapped_column(String(64), default="")
