"""The letter, one aggregate with a text and an amount, and its replies."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db.model import Aggregate, metadata, new_id
from shared.domain.lifecycle import Machine, edge
from shared.domain.roles import Role


class Base(DeclarativeBase):
    metadata = metadata()


class Letter(Aggregate, Base):
    __tablename__ = "letter"
    __table_args__ = (Index(None, "region", "id"),)

    text: Mapped[str] = mapped_column(String(200))
    fen: Mapped[int]


class Reply(Base):
    """One reply to a letter; `sent` is false for a draft."""

    __tablename__ = "reply"
    __table_args__ = (Index(None, "letter_id", "text", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letter.id"))
    text: Mapped[str] = mapped_column(String(200))
    sent: Mapped[bool]


class LetterState(StrEnum):
    RECEIVED = "received"
    ANSWERED = "answered"
    FILED = "filed"


LETTER = Machine(
    "desk.letter",
    "来信",
    states=LetterState,
    labels={"received": "已收到", "answered": "已答复", "filed": "已归档"},
    initial=LetterState.RECEIVED,
    edges=[
        edge("received", "answer", "answered", [Role.STREET], label="答复"),
        edge("answered", "file", "filed", [Role.CITY], label="归档"),
    ],
)
Machine.ALL.pop("desk.letter")  # the real services' documents do not know it
