"""The declarative base of this service's tables."""

from sqlalchemy.orm import DeclarativeBase

from shared.db.model import metadata


class Base(DeclarativeBase):
    """All tables of the projects service."""

    metadata = metadata()
