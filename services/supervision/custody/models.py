"""The table of held checkpoints."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Date, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.supervision.tables import Base
from shared.db.model import RegionColumn

_SHA256 = String(64, collation="C")


class HeldCheckpoint(Base):
    """What a service said of one of its logs, as it said it; never changed, never deleted.

    `event_id` orders them by the time of signing; `told` is the position of the event in the
    service's feed, which comes again after the service was restored from a backup.
    `contradiction` says how it differs from the checkpoint held before, empty when it does not.
    """

    __tablename__ = "held_checkpoint"
    __table_args__ = (
        Index(
            "ix_held_checkpoint_contradiction",
            "contradiction",
            postgresql_where=text("contradiction <> ''"),
        ),
        Index(None, "region"),
        {"info": {"append_only": True}},
    )

    service: Mapped[str] = mapped_column(String(20, collation="C"), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    told: Mapped[int] = mapped_column(BigInteger)
    log: Mapped[str] = mapped_column(String(20, collation="C"))
    region: Mapped[str] = mapped_column(RegionColumn)
    position: Mapped[int] = mapped_column(BigInteger)
    chain: Mapped[str] = mapped_column(_SHA256)
    at: Mapped[str] = mapped_column(String(40, collation="C"))
    signature: Mapped[str] = mapped_column(_SHA256)
    since_position: Mapped[int] = mapped_column(BigInteger)
    since_chain: Mapped[str] = mapped_column(_SHA256)
    received_on: Mapped[date] = mapped_column(Date)
    contradiction: Mapped[str] = mapped_column(String(20, collation="C"))
