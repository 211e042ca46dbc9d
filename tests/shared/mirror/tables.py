"""What the mirror keeps: the letters as told, the money by region, and every effect it had."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Identity, String, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db.model import RegionColumn, metadata


class Base(DeclarativeBase):
    metadata = metadata()


class LetterCopy(Base):
    """One letter as its events tell it."""

    __tablename__ = "letter_copy"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(RegionColumn)
    state: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    fen: Mapped[int] = mapped_column(BigInteger)


class RegionSum(Base):
    """The money of one region: wrong as soon as one event has an effect twice or none."""

    __tablename__ = "region_sum"

    region: Mapped[str] = mapped_column(RegionColumn, primary_key=True)
    letters: Mapped[int]
    fen: Mapped[int] = mapped_column(BigInteger)


class Effect(Base):
    """One effect of one event, in the order in which they happened."""

    __tablename__ = "effect"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    event_id: Mapped[UUID]
    subject: Mapped[UUID]
    version: Mapped[int]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
