"""Where events come from: the feeds of the other services, or Kafka. Both end in `take_in`."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

import httpx
from sqlalchemy import and_, select

from shared.consumer import HistoryDiffers, park_broken, take_in
from shared.contracts.base import topic
from shared.envelope import BATCH_MEDIA, Broken, Malformed, read, read_all, uuid_or_none
from shared.inbox import consumer_pos, inbox
from shared.kafka import KafkaAway, Reader, Record
from shared.logs import log
from shared.loop import Loop
from shared.settings import Settings
from shared.spec import Received
from shared.topics import ensure_topics

MOST = 1000
_WAIT = 20
"""Seconds that a source may hold an empty answer back."""


class FeedAway(Exception):
    """The source did not answer as a feed."""


def feed_of(settings: Settings, source: str) -> httpx.AsyncClient:
    """A client of a source's feed. Raises `KeyError` when its address is not set."""
    token = settings.feed_token
    headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
    limits = httpx.Timeout(10, read=_WAIT + 10)
    return httpx.AsyncClient(
        base_url=settings.feed_urls[source], headers=headers, timeout=limits, trust_env=False
    )


async def from_feed(loop: Loop, source: str) -> None:
    """Read one service's feed from where this service stands, and take in what comes."""
    async with feed_of(loop.settings, source) as client:
        while not loop.stop.is_set():
            after, last = await loop.steadily(source, lambda: _position(loop, source))
            try:
                batch = await loop.unless_stopped(_ask(client, source, after, last))
                await _take(loop, source, batch or [])
                loop.progress.halted.discard(source)
            except HistoryDiffers as differs:
                _halt(loop, differs)
                loop.progress.beat(source)
                await loop.pause(1.0)
            except (httpx.HTTPError, FeedAway, Malformed) as error:
                log().warning(
                    "feed-away", source=source, kind=type(error).__name__, why=str(error)[:60]
                )
                loop.progress.beat(source)
                await loop.pause(1.0)


def _halt(loop: Loop, differs: HistoryDiffers) -> None:
    """Take nothing more in from a restored source, and say so until somebody has rewound."""
    if differs.source not in loop.progress.halted:
        loop.progress.halted.add(differs.source)
        log().error("history-differs", source=differs.source, position=differs.position)


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


async def _ask(
    client: httpx.AsyncClient, source: str, after: int, last: UUID | None
) -> list[Received | Broken]:
    query: dict[str, int | str] = {"after": after, "limit": MOST, "wait": _WAIT}
    if last:
        query["last"] = str(last)
    answer = await client.get("/v1/events", params=query)
    if answer.status_code == 409:
        raise HistoryDiffers(source, after)
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if answer.status_code != 200 or kind != BATCH_MEDIA:
        raise FeedAway(f"{answer.status_code} {kind} {_code(answer)}")
    batch = read_all(answer.content, source, after)
    if any(one.position != after + n for n, one in enumerate(batch, 1)):
        raise FeedAway("gap")  # positions are gapless: what is missing may still come, and first
    return batch


def _code(answer: httpx.Response) -> str:
    """The code of a refusal, if it has one."""
    try:
        return str(answer.json()["code"])
    except (ValueError, TypeError, KeyError, LookupError):
        return ""


async def from_kafka(loop: Loop, sources: tuple[str, ...]) -> None:
    """Read the topics of all sources as one group; offsets are committed after the database.

    A source that was restored is left alone until the worker starts again; the others go on.
    """
    group = f"{loop.settings.kafka_group or 'housing'}-{loop.spec.name}"
    servers, security = loop.settings.kafka_servers, loop.settings.kafka_client()
    while not loop.stop.is_set():
        names = [topic(source) for source in sources if source not in loop.progress.halted]
        if not names:  # all of them stand still
            loop.progress.beat("kafka")
            await loop.pause(1.0)
            continue
        reader = Reader(servers, group, names, client=loop.spec.name, security=security)
        try:
            await ensure_topics(servers, names, security=security)
            loop.progress.beat("kafka")
            await reader.start()
            loop.progress.beat("kafka")
            while not loop.stop.is_set():
                records = await reader.take()
                if records:
                    await _take(loop, "kafka", [_understood(one) for one in records])
                    await reader.done(records)
                loop.progress.beat("kafka")
        except KafkaAway:
            log().warning("kafka-away")
            loop.progress.beat("kafka")
            await loop.pause(1.0)
        except HistoryDiffers as differs:
            _halt(loop, differs)
        finally:
            await reader.stop()


def _understood(record: Record) -> Received | Broken:
    """The event of a record, which must belong to the topic and stand under its aggregate's key.

    The value is the whole event; headers are for those who filter, and are not read.
    """
    source, key = record.topic.split(".")[2], record.key.decode("ascii", "replace")
    try:
        one = read(record.value)
        if one.source != source:
            code = "source-differs"
        elif key != str(one.subject):
            code = "key-differs"  # it may have overtaken the others of its aggregate
        else:
            return one
    except Malformed as malformed:
        code = malformed.code
    place = f"{record.topic}/{record.partition}/{record.offset}"
    return Broken(source, place, record.value, code, uuid_or_none(key))


async def _take(loop: Loop, name: str, batch: Sequence[Received | Broken]) -> None:
    """Take in what can be read and park what cannot, in the order in which they came."""
    events: list[Received] = []
    for one in batch:
        if isinstance(one, Received):
            events.append(one)
            continue
        await _apply(loop, name, events)
        events = []
        await loop.steadily(name, partial(park_broken, loop.sessions, loop.clock, one))
    await _apply(loop, name, events)


async def _apply(loop: Loop, name: str, events: list[Received]) -> None:
    await loop.steadily(name, partial(take_in, loop.spec, loop.sessions, loop.clock, events))
