"""Where events come from: the feeds of the other services, or Kafka. Both end in `take_in`."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import and_, select

from shared.consumer import park_malformed, take_in
from shared.contracts.base import topic
from shared.envelope import Malformed, read, read_all
from shared.inbox import consumer_pos, inbox
from shared.kafka import KafkaAway, Reader, Record, ensure_topics
from shared.logs import log
from shared.loop import Loop
from shared.spec import Received

MOST = 1000
_WAIT = 20
"""Seconds that a source may hold an empty answer back."""


class FeedAway(Exception):
    """The source did not answer as a feed."""


async def from_feed(loop: Loop, source: str) -> None:
    """Read one service's feed from where this service stands, and take in what comes."""
    token = loop.settings.feed_token
    headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
    limits = httpx.Timeout(10, read=_WAIT + 10)
    async with httpx.AsyncClient(
        base_url=loop.settings.feed_urls[source], headers=headers, timeout=limits, trust_env=False
    ) as client:
        while not loop.stop.is_set():
            after, last = await loop.steadily(source, lambda: _position(loop, source))
            try:
                batch = await loop.unless_stopped(_ask(client, after, last))
            except (httpx.HTTPError, FeedAway, Malformed) as error:
                log().warning(
                    "feed-away", source=source, kind=type(error).__name__, why=str(error)[:60]
                )
                loop.progress.beat(source)
                await loop.pause(1.0)
                continue
            if batch:
                await loop.steadily(source, _taking(loop, batch))


async def _position(loop: Loop, source: str) -> tuple[int, UUID | None]:
    """How far the source is read without a gap, and the event that stands there."""
    found = (
        select(consumer_pos.c.position, inbox.c.event_id)
        .outerjoin(
            inbox,
            and_(
                inbox.c.source == consumer_pos.c.source, inbox.c.position == consumer_pos.c.position
            ),
        )
        .where(consumer_pos.c.source == source)
    )
    async with loop.sessions() as session:
        row = (await session.execute(found)).first()
    return (row.position, row.event_id) if row else (0, None)


async def _ask(client: httpx.AsyncClient, after: int, last: UUID | None) -> list[Received]:
    query: dict[str, int | str] = {"after": after, "limit": MOST, "wait": _WAIT}
    if last:
        query["last"] = str(last)
    answer = await client.get("/v1/events", params=query)
    if answer.status_code == 409:
        raise FeedAway(str(answer.json().get("code")))
    if answer.status_code != 200:
        raise FeedAway(str(answer.status_code))
    batch = read_all(answer.content)
    if any(one.position != after + n for n, one in enumerate(batch, 1)):
        raise FeedAway("gap")  # positions are gapless: what is missing may still come, and first
    return batch


async def from_kafka(loop: Loop, sources: tuple[str, ...]) -> None:
    """Read the topics of all sources as one group; offsets are committed after the database."""
    group = f"{loop.settings.kafka_group or 'housing'}-{loop.spec.name}"
    names = [topic(source) for source in sources]
    servers, security = loop.settings.kafka_servers, loop.settings.kafka_client()
    while not loop.stop.is_set():
        reader = Reader(servers, group, names, client=loop.spec.name, security=security)
        try:
            await ensure_topics(servers, names, security=security)
            loop.progress.beat("kafka")
            await reader.start()
            loop.progress.beat("kafka")
            while not loop.stop.is_set():
                records = await reader.take()
                if records:
                    await _take_records(loop, records)
                    await reader.done(records)
                loop.progress.beat("kafka")
        except KafkaAway:
            log().warning("kafka-away")
            loop.progress.beat("kafka")
            await loop.pause(1.0)
        finally:
            await reader.stop()


async def _take_records(loop: Loop, records: list[Record]) -> None:
    batch: list[Received] = []
    for record in records:
        try:
            batch.append(read(record.value))
        except Malformed as malformed:
            place = f"{record.topic}/{record.partition}/{record.offset}"
            source = record.topic.split(".")[2]
            parking = partial(
                park_malformed,
                loop.sessions,
                loop.clock,
                source,
                place,
                record.value,
                malformed.code,
            )
            await loop.steadily("kafka", parking)
    await loop.steadily("kafka", _taking(loop, batch))


def _taking(loop: Loop, batch: list[Received]) -> Callable[[], Coroutine[Any, Any, int]]:
    return partial(take_in, loop.spec, loop.sessions, loop.clock, batch)
