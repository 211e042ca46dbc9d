"""Usual practice of taking in events: a FastStream subscriber, one session for each message."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from faststream import AckPolicy, Depends
from faststream.kafka import KafkaBroker, KafkaMessage
from pydantic import BaseModel
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from bench.practice.tables import Fact, FactCounter, InboxEntry
from shared.domain.regions import unit_of

SUBMITTED = "cn.gov.jl.housing.applications.application-submitted.v1"


class SubmittedData(BaseModel):
    """The data of a submission."""

    region: str
    application_id: UUID
    on: date
    categories: list[str]
    mode: str
    household_size: int


class Envelope(BaseModel):
    """A CloudEvent with a submission in it."""

    id: UUID
    source: str
    type: str
    subject: UUID
    time: datetime
    sequence: int
    aggregateversion: int
    regioncode: str
    data: SubmittedData


async def _decoded(message: KafkaMessage) -> Envelope:
    """The body of a CloudEvent, whose content type FastStream does not know by itself."""
    return Envelope.model_validate_json(message.body)


def engine_for(url: str) -> AsyncEngine:
    """The pool of a worker, whose transactions see every region."""
    return create_async_engine(url, connect_args={"server_settings": {"app.reach": "{(,)}"}})


def broker(
    servers: str, topic: str, group: str, engine: AsyncEngine, taken: Callable[[], None]
) -> KafkaBroker:
    """A broker whose subscriber keeps inbox, facts and counters; `taken` is told of each message.

    The offset is committed when a message has been dealt with, as a log of facts needs it; the
    default of FastStream (acknowledged when read) would lose what a crash interrupts.
    """
    found = KafkaBroker(
        servers, logger=None, decoder=_decoded
    )  # it writes two lines for each message by default

    sessions = async_sessionmaker(engine, expire_on_commit=False)

    async def transaction() -> AsyncIterator[AsyncSession]:
        async with sessions() as session, session.begin():
            yield session

    @found.subscriber(
        topic, group_id=group, auto_offset_reset="earliest", ack_policy=AckPolicy.NACK_ON_ERROR
    )
    async def on_event(
        event: Envelope, session: Annotated[AsyncSession, Depends(transaction)]
    ) -> None:
        if event.type == SUBMITTED:
            await take_in(session, event)
        taken()

    return found


async def take_in(session: AsyncSession, event: Envelope) -> None:
    """Note the event, what it says, and the sum; an event that was taken in before does nothing."""
    if await session.get(InboxEntry, event.id) is not None:
        return
    source = event.source.rpartition("/")[2]
    at, on = datetime.now(UTC), event.data.on
    unit, month = unit_of(event.data.region, on), f"{on:%Y-%m}"
    session.add(InboxEntry(event_id=event.id, source=source, position=event.sequence, at=at))
    session.add(
        Fact(
            event_id=event.id,
            indicator="applications-submitted",
            unit=unit,
            region=event.data.region,
            month=month,
            on=on,
            amount=Decimal(1),
            counted="",
            event_type=event.type,
            source=source,
            position=event.sequence,
            subject=event.subject,
            after_month="",
        )
    )
    counter = insert(FactCounter).values(
        unit=unit, month=month, indicator="applications-submitted", amount=1, facts=1
    )
    await session.execute(
        counter.on_conflict_do_update(
            index_elements=["unit", "month", "indicator"],
            set_={
                "amount": FactCounter.amount + counter.excluded.amount,
                "facts": FactCounter.facts + counter.excluded.facts,
            },
        )
    )
