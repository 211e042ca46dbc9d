"""Tables: naming rules, identifiers and the columns that every aggregate has."""

from collections.abc import Collection
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, Column, ColumnElement, DateTime, MetaData, String, any_, literal
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column
from uuid_utils import uuid7

T = TypeVar("T")

RegionColumn = String(6, collation="C")
"""Region codes sort by byte, so that a reach is a set of half-open ranges."""


def metadata() -> MetaData:
    """A fresh MetaData with one naming convention, so that migrations can name constraints."""
    return MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )


MACHINERY = metadata()
"""Tables that every service has: outbox, inbox, audit, idempotency keys and so on."""


def new_id() -> UUID:
    """A time-ordered identifier (UUIDv7)."""
    return UUID(bytes=uuid7().bytes)


class Aggregate:
    """Columns of everything that has a life cycle. `version` grows by one with each change.

    Lists go by region and id: a table has the index (region, id), and (state, region, id).
    """

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    region: Mapped[str] = mapped_column(RegionColumn)
    state: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(default=1)
    created_on: Mapped[date]
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


def among(
    column: InstrumentedAttribute[T] | Column[T], values: Collection[T]
) -> ColumnElement[bool]:
    """`column = ANY(array)`: one statement to prepare, however many values.

    `column.in_(values)` is another statement for each count, and the server keeps them all.
    """
    return column == any_(literal(list(values), ARRAY(column.type)))
