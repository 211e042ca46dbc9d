"""The table of objections."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from services.applications.tables import Base
from shared.crypto.sealed_column import SealedColumn
from shared.db.model import new_id

TEXT = SealedColumn("applications|objection|text")
ANSWER = SealedColumn("applications|objection|answer")


class Objection(Base):
    """What somebody says against a household; both texts may name people and are sealed.

    `outcome`: upheld, dismissed, or lapsed when the notice ended for another reason.
    """

    __tablename__ = "objection"
    __table_args__ = (
        CheckConstraint("outcome IN ('upheld', 'dismissed', 'lapsed')", name="outcome"),
        CheckConstraint(
            "outcome NOT IN ('upheld', 'dismissed') OR (answer IS NOT NULL AND answered_by <> '')",
            name="signed",
        ),
        Index("uq_objection_voice", "notice_id", "raised_by", unique=True),
        Index(None, "application_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("public_notice.id"))
    stage: Mapped[int] = mapped_column(SmallInteger)
    raised_by: Mapped[str] = mapped_column(String(200))
    raised_on: Mapped[date]
    due_on: Mapped[date]
    text: Mapped[bytes] = mapped_column(LargeBinary)
    outcome: Mapped[str | None] = mapped_column(String(12))
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered_by: Mapped[str | None] = mapped_column(String(200))
    answered_on: Mapped[date | None]
