"""Where events come from: the feeds of the other services, or Kafka. Both end in `take_in`."""

import asyncio
from collections.abc import Sequence
from functools import partial
from uuid import UUID

import httpx
from sqlalchemy import and_, select

from shared.contracts.base import topic
from shared.contracts.received_event import ReceivedEvent
from shared.environment.logs import log
from shared.environment.settings import Settings
from shared.events.consumer import MALFORMED, HistoryMismatch, keep_bad_record, take_in
from shared.events.envelope import (
    BATCH_MEDIA,
    BadRecord,
    MalformedEvent,
    read_all,
    read_each,
    uuid_or_none,
)
from shared.events.inbox import consumer_pos, dead_letter, inbox
from shared.kafka.client import KafkaOutage
from shared.kafka.reader import KafkaRecord, TopicReader
from shared.kafka.topics import ensure_topics
from shared.runtime.loop import Loop

MOST = 2000
"""Events of one transaction."""
_STEP = 100
"""Records that are read without a pause."""
_WAIT = 20
"""The longest that a source may hold an empty answer back, in seconds."""


Asked = asyncio.Task[list[ReceivedEvent | BadRecord]]
"""A page of a feed that was asked for."""


class FeedOutage(Exception):
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
        asked: Asked | None = None
        while not loop.stop.is_set():
            try:
                if asked is None:
                    after, last = await loop.steadily(source, lambda: _position(loop, source))
                    asked = asyncio.create_task(ask(client, source, after, last, _wait(loop)))
                batch = await loop.unless_stopped(asked) or []
                asked = _next(loop, client, source, batch)
                await _take(loop, source, batch)
                loop.progress.halted.discard(source)
            except HistoryMismatch as differs:
                _halt(loop, differs)
                await _dropped(asked)
                asked = None
                loop.progress.beat(source)
                await loop.pause(1.0)
            except (httpx.HTTPError, FeedOutage, MalformedEvent) as error:
                await _dropped(asked)
                asked = None
                log().warning(
                    "feed-away", source=source, kind=type(error).__name__, why=str(error)[:60]
                )
                loop.progress.beat(source)
                await loop.pause(1.0)
        await _dropped(asked)


async def _dropped(asked: Asked | None) -> None:
    """Forget a question, whatever its answer was."""
    if asked is not None:
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)


def _next(
    loop: Loop, client: httpx.AsyncClient, source: str, batch: Sequence[ReceivedEvent | BadRecord]
) -> Asked | None:
    """Ask for what comes behind a full batch while that is taken in; else look where we stand."""
    if len(batch) < MOST or isinstance(batch[-1], BadRecord):
        return None
    return asyncio.create_task(ask(client, source, batch[-1].position, batch[-1].id, _wait(loop)))


def _halt(loop: Loop, differs: HistoryMismatch) -> None:
    """Take nothing more in from a restored source, and say so until somebody has rewound."""
    if differs.source not in loop.progress.halted:
        loop.progress.halted.add(differs.source)
        log().error("history-differs", source=differs.source, position=differs.position)


async def _position(loop: Loop, source: str) -> tuple[int, UUID | None]:
    """How far the source is read without a gap, and the event that stands there, if it was one."""
    broken = select(dead_letter.c.event_id).where(dead_letter.c.type == MALFORMED)
    found = (
        select(consumer_pos.c.position, inbox.c.event_id)
        .select_from(consumer_pos)
        .outerjoin(
            inbox,
            and_(
                inbox.c.source == consumer_pos.c.source,
                inbox.c.position == consumer_pos.c.position,
                inbox.c.event_id.not_in(broken),
            ),
        )
        .where(consumer_pos.c.source == source)
    )
    async with loop.sessions() as session:
        row = (await session.execute(found)).first()
    return (row.position, row.event_id) if row else (0, None)


def _wait(loop: Loop) -> int:
    """Seconds that a source may hold an empty answer back: the loop has to beat in between."""
    return min(_WAIT, int(loop.settings.stalled_after / 3))


async def ask(
    client: httpx.AsyncClient, source: str, after: int, last: UUID | None, wait: int = _WAIT
) -> list[ReceivedEvent | BadRecord]:
    """What follows in a source's feed. Raises `HistoryMismatch` and `FeedOutage`."""
    query: dict[str, int | str] = {"after": after, "limit": MOST, "wait": wait}
    if last:
        query["last"] = str(last)
    answer = await client.get("/v1/events", params=query)
    if answer.status_code == 409:
        raise HistoryMismatch(source, after)
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if answer.status_code != 200 or kind != BATCH_MEDIA:
        raise FeedOutage(f"{answer.status_code} {kind} {_code(answer)}")
    batch = read_all(answer.content, source, after)
    if any(one.position != after + n for n, one in enumerate(batch, 1)):
        raise FeedOutage("gap")  # positions are gapless: what is missing may still come, and first
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
        reader = TopicReader(servers, group, names, client=loop.spec.name, security=security)
        try:
            await ensure_topics(servers, names, security=security)
            loop.progress.beat("kafka")
            await reader.start()
            loop.progress.beat("kafka")
            while not loop.stop.is_set():
                records = await reader.take(most=4 * MOST)
                if records:
                    await _take_records(loop, records)
                    await reader.done(records)
                loop.progress.beat("kafka")
        except KafkaOutage:
            log().warning("kafka-away")
            loop.progress.beat("kafka")
            await loop.pause(1.0)
        except HistoryMismatch as differs:
            _halt(loop, differs)
        finally:
            await reader.stop()


async def _take_records(loop: Loop, records: Sequence[KafkaRecord]) -> None:
    """Take in part after part; the next one is read while the database works on the last."""
    parts = [records[n : n + MOST] for n in range(0, len(records), MOST)]
    reading = asyncio.create_task(_understood(parts[0]))
    for following in (*parts[1:], ()):
        batch = await reading
        reading = asyncio.create_task(_understood(following))
        await _take(loop, "kafka", batch)
    await reading


async def _understood(records: Sequence[KafkaRecord]) -> list[ReceivedEvent | BadRecord]:
    """The events of records; in small steps, so that nobody else is kept waiting."""
    found: list[ReceivedEvent | BadRecord] = []
    for n in range(0, len(records), _STEP):
        step = records[n : n + _STEP]
        told = read_each([one.value for one in step])
        found += [_checked(record, one) for record, one in zip(step, told, strict=True)]
        await asyncio.sleep(0)
    return found


def _checked(record: KafkaRecord, one: ReceivedEvent | MalformedEvent) -> ReceivedEvent | BadRecord:
    """The event of a record, which must belong to the topic and stand under its aggregate's key.

    The value is the whole event; headers are for those who filter, and are not read.
    """
    source = record.topic.split(".")[2]
    if isinstance(one, MalformedEvent):
        code = one.code
    elif one.source != source:
        code = "source-differs"
    elif record.key != str(one.subject).encode():
        code = "key-differs"  # it may have overtaken the others of its aggregate
    else:
        return one
    place = f"{record.topic}/{record.partition}/{record.offset}"
    key = record.key.decode("ascii", "replace")
    return BadRecord(source, place, record.value, code, uuid_or_none(key))


async def _take(loop: Loop, name: str, batch: Sequence[ReceivedEvent | BadRecord]) -> None:
    """Take in what can be read and keep what cannot, in the order in which they came."""
    events: list[ReceivedEvent] = []
    for one in batch:
        if isinstance(one, ReceivedEvent):
            events.append(one)
            continue
        await _apply(loop, name, events)
        events = []
        await loop.steadily(name, partial(keep_bad_record, loop.sessions, loop.clock, one))
    await _apply(loop, name, events)


async def _apply(loop: Loop, name: str, events: list[ReceivedEvent]) -> None:
    await loop.steadily(name, partial(take_in, loop.spec, loop.sessions, loop.clock, events))
