"""The database: engine, naming rules and the columns that every aggregate has."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, MetaData, String
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from shared.settings import Settings

Sessions = async_sessionmaker[AsyncSession]

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
    return uuid7()


class Aggregate:
    """Columns of everything that has a life cycle. `version` grows by one with each change."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    region: Mapped[str] = mapped_column(RegionColumn, index=True)
    state: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(default=1)
    created_on: Mapped[date]
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


def async_url(database_url: str) -> URL:
    """`postgresql://…` with the driver that we use."""
    return make_url(database_url).set(drivername="postgresql+asyncpg")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def engine_for(settings: Settings) -> AsyncEngine:
    """A pool of `settings.pool_size` connections; who comes too late waits, then gets 503."""
    return create_async_engine(
        async_url(settings.database_url),
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,
        json_serializer=_json,
        connect_args={
            "timeout": 10,
            "server_settings": {
                "application_name": f"housing-{settings.service}",
                "timezone": "UTC",
                "statement_timeout": "60000",
                "lock_timeout": "2000",
                "idle_in_transaction_session_timeout": "60000",
            },
        },
    )


def sessions_for(engine: AsyncEngine) -> Sessions:
    """Sessions that keep their objects readable after the commit."""
    return async_sessionmaker(engine, expire_on_commit=False)
