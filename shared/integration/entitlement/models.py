"""The table of entitlements: every service has one, for its own events."""

from sqlalchemy import Index, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db.model import MACHINERY, Aggregate

ALL_TYPES = "*"
"""Every type of the service, those of later versions too."""


class Base(DeclarativeBase):
    """The machinery's tables that are written as aggregates."""

    metadata = MACHINERY


class Entitlement(Aggregate, Base):
    """One client may read events of these types within the reach of `region`.

    `client` is the subject of its token and its name at the broker. What was given is not changed:
    it is revoked, and given anew.
    """

    __tablename__ = "entitlement"
    __table_args__ = (
        Index("ix_entitlement_client", "client", postgresql_where=text("state = 'active'")),
        {"comment": "对接系统可读的事件类型和区划"},
    )

    client: Mapped[str] = mapped_column(String(64, collation="C"))
    types: Mapped[list[str]] = mapped_column(ARRAY(String(120, collation="C")))
    purpose: Mapped[str] = mapped_column(Text)
