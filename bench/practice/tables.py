"""The ORM of usual practice, mapped on the product's migrated tables."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, LargeBinary, Numeric, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """All tables that usual practice works on."""

    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads it of the class)
        datetime: DateTime(timezone=True),
        bytes: LargeBinary,
    }


class Application(Base):
    """A household's application with its people, reviews and notices."""

    __tablename__ = "application"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    region: Mapped[str]
    state: Mapped[str]
    version: Mapped[int]
    created_on: Mapped[date]
    updated_at: Mapped[datetime]
    receipt_no: Mapped[str | None]
    accepted_on: Mapped[date | None]
    submitted_by: Mapped[str]
    consented_on: Mapped[date]
    name: Mapped[bytes]
    phone: Mapped[bytes]
    household_key: Mapped[str]
    household_size: Mapped[int]
    hukou_region: Mapped[str]
    urban_hukou: Mapped[bool]
    categories: Mapped[list[str]] = mapped_column(JSONB)
    tier: Mapped[str]
    mode: Mapped[str]
    monthly_income_fen: Mapped[int] = mapped_column(BigInteger)
    own_area_sqm: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    notice_ends_on: Mapped[date | None]
    open_objections: Mapped[int] = mapped_column(default=0)
    withdrawal_reason: Mapped[str | None] = mapped_column(Text)

    members: Mapped[list["Member"]] = relationship(order_by="Member.position")
    reviews: Mapped[list["Review"]] = relationship(order_by="Review.id")
    notices: Mapped[list["Notice"]] = relationship(order_by="Notice.id")


class Member(Base):
    """A person of a household; position 0 is the applicant."""

    __tablename__ = "household_member"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    position: Mapped[int]
    id_no: Mapped[bytes]
    id_index: Mapped[bytes]
    live: Mapped[bool] = mapped_column(default=True)


class Review(Base):
    """One opinion on an application."""

    __tablename__ = "review"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    stage: Mapped[int]
    verdict: Mapped[str]
    opinion: Mapped[str]
    reviewer: Mapped[str]
    reviewed_on: Mapped[date]


class Notice(Base):
    """One public notice of an application."""

    __tablename__ = "public_notice"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    stage: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    outcome: Mapped[str | None]


class Standard(Base):
    """What a unit's households are judged by, from a day on."""

    __tablename__ = "eligibility_standard"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    region: Mapped[str]
    effective_from: Mapped[date]
    income_line_fen: Mapped[int] = mapped_column(BigInteger)
    area_line_sqm: Mapped[Decimal] = mapped_column(Numeric(8, 2))


class OutboxEvent(Base):
    """An event, written with the state that it tells of."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(default=uuid4)
    aggregate: Mapped[str]
    subject: Mapped[UUID]
    version: Mapped[int]
    type: Mapped[str]
    region: Mapped[str]
    data: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    trace: Mapped[str]


class AuditEntry(Base):
    """Who did what."""

    __tablename__ = "audit_log"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    at: Mapped[datetime]
    actor_sub: Mapped[str]
    actor_org: Mapped[str]
    actor_roles: Mapped[str]
    actor_region: Mapped[str]
    action: Mapped[str]
    object_type: Mapped[str]
    object_id: Mapped[UUID]
    object_region: Mapped[str]
    object_version: Mapped[int]
    state_before: Mapped[str | None]
    state_after: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    trace: Mapped[str]


class IdempotencyKey(Base):
    """A request that was carried out, with the answer that it got."""

    __tablename__ = "idempotency"

    actor: Mapped[str] = mapped_column(primary_key=True)
    route: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes]
    status: Mapped[int]
    headers: Mapped[dict[str, str]] = mapped_column(JSONB)
    body: Mapped[bytes]
    at: Mapped[datetime]


class NumberSeries(Base):
    """The last number of a series, region and year."""

    __tablename__ = "number_series"

    series: Mapped[str] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class InboxEntry(Base):
    """An event that was taken in."""

    __tablename__ = "inbox"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str]
    position: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]


class Fact(Base):
    """What one event says about one indicator."""

    __tablename__ = "fact"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    indicator: Mapped[str] = mapped_column(primary_key=True)
    unit: Mapped[str]
    region: Mapped[str]
    month: Mapped[str]
    on: Mapped[date] = mapped_column("on_day")
    amount: Mapped[Decimal]
    counted: Mapped[str]
    event_type: Mapped[str]
    source: Mapped[str]
    position: Mapped[int] = mapped_column(BigInteger)
    subject: Mapped[UUID]
    after_month: Mapped[str]


class FactCounter(Base):
    """The sum of the facts of one unit, month and indicator."""

    __tablename__ = "fact_counter"

    unit: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(primary_key=True)
    indicator: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[Decimal]
    facts: Mapped[int] = mapped_column(BigInteger)
