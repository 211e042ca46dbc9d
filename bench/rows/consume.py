"""Taking in events (inbox, facts, counters), beside the facts alone from memory
and beside FastStream.
"""
# mypy: allow-untyped-calls

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import asyncpg

from bench import events
from bench.measure import Finding, ResultLine, Sample, Target, rate_line, rounds
from bench.practice import consumer as habit
from bench.rig import Rig
from services.supervision.facts.record import RECORD, rows_of
from shared.contracts.base import topic
from shared.db.engine import async_url
from shared.events.consumer import watch_sources
from shared.events.envelope import read
from shared.kafka.producer import Producer
from shared.kafka.topics import ensure_topics
from shared.local.postgres_server import EmbeddedPostgres
from shared.runtime.intake import from_feed, from_kafka
from shared.runtime.loop import Loop
from shared.schema.access import worker_role

_BATCH = 2000
_HABIT = topic("practice")
_ONE = str(RECORD).replace(":facts", "$1")
_SPAN = """
SELECT extract(epoch FROM max(at) - min(at)), count(*) FILTER (WHERE at > low) FROM (
  SELECT pg_xact_commit_timestamp(xmin) AS at, min(pg_xact_commit_timestamp(xmin)) OVER () AS low
  FROM inbox WHERE position > $1) AS seen
"""
"""Seconds from the first commit of a round to the last, and the events that came after the first:
what a group needs to join is no part of the rate."""


async def run(rig: Rig) -> Finding:
    """Supervision takes in submitted applications: the real loops of its worker."""
    count, times = rig.size(20_000, 3000), rig.size(3, 1)
    servers = await rig.kafka()
    lines, facts = [], []
    if servers is None:
        lines.append(ResultLine("消费（Kafka）", "未测：缺少 Java 或 Maven", "", None))
    else:
        lines.append(await _over_kafka(rig, servers, count, times))
        facts.append(
            "消费的通常写法：真实的 FastStream（aiokafka），一件一个会话和事务，办完才确认偏移量，"
            "不写日志；件数较少，同样从第一次提交量到最后一次"
        )
    lines.append(await _over_feed(rig, count, times))
    facts.append("消费：每轮之后收件箱、事实、计数器的件数都等于发出的件数")
    return Finding(lines, facts)


async def _limit(rig: Rig, count: int) -> Callable[[], Awaitable[Sample]]:
    """Only the facts, same rows, out of memory, by asyncpg."""
    url = await rig.database("bench_apply", "supervision")
    done = 0

    async def apply() -> Sample:
        nonlocal done
        rows = list(events.kept(done + 1, count))
        done += count
        received = [read(value) for _, value in events.records(rows)]
        parts = [rows_of(received[n : n + _BATCH]).decode() for n in range(0, count, _BATCH)]
        connection = await asyncpg.connect(url)
        started = asyncio.get_running_loop().time()
        for part in parts:
            async with connection.transaction():
                await connection.execute(_ONE, part)
        took = asyncio.get_running_loop().time() - started
        await connection.close()
        return Sample(count / took)

    return apply


async def _took_in(
    rig: Rig,
    url: str,
    work: Callable[[Loop], Coroutine[Any, Any, None]],
    position: int,
    before: int,
    **settings: object,
) -> Sample:
    """Run a loop of the worker until everything is in; the rate between first and last commit."""
    watch = await asyncpg.connect(url)
    at = "SELECT position FROM consumer_pos WHERE source = 'applications'"
    async with rig.worker_loop("supervision", url, **settings) as loop:
        await watch_sources(loop.spec, loop.sessions)
        task = asyncio.create_task(work(loop))
        try:
            while await watch.fetchval(at) != position:
                await asyncio.sleep(0.02)
                if task.done():
                    await task
        finally:
            loop.stop.set()
            await asyncio.wait([task], timeout=40)
    try:
        return await _rate(watch, before, position)
    finally:
        await watch.close()


async def _rate(watch: asyncpg.Connection, before: int, position: int) -> Sample:
    """Events a second of those behind `before`, when all up to `position` are in, with all rows."""
    seconds, many = await watch.fetchrow(_SPAN, before)
    kept = await watch.fetchrow(
        "SELECT (SELECT count(*) FROM inbox), (SELECT count(*) FROM fact),"
        " (SELECT sum(facts) FROM fact_counter)"
    )
    if set(kept) != {position}:
        raise AssertionError(f"{list(kept)} of {position} events were taken in")
    return Sample(many / float(seconds) if seconds else float(many))


async def _over_kafka(rig: Rig, servers: str, count: int, times: int) -> ResultLine:
    url = await rig.database("bench_supervision", "supervision")
    name = topic(events.SERVICE)
    await ensure_topics(servers, [topic(one) for one in ("subsidy", "projects", "expropriation")])
    position = 0

    async def product() -> Sample:
        nonlocal position
        await _send(servers, position + 1, count)
        position += count
        return await _took_in(
            rig,
            url,
            lambda loop: from_kafka(loop, (events.SERVICE,)),
            position,
            position - count,
            transport="kafka",
            kafka_servers=servers,
            kafka_group="bench",
        )

    await rig.empty_topic(servers, name)
    usual = _PracticeConsumer(rig, servers, rig.size(1000, 50))
    pairs = await rounds(times, await _limit(rig, count), product, usual)
    path = "消费（Kafka）：收件箱＋事实＋计数器"
    return rate_line(path, pairs, Target("least", 0.4), "件/秒")


async def _send(servers: str, first: int, count: int, name: str = topic(events.SERVICE)) -> None:
    producer = Producer(servers, client="bench")
    rows = events.records(list(events.kept(first, count)))
    for n in range(0, count, _BATCH):
        await producer.send(name, rows[n : n + _BATCH])
    await producer.stop()


class _PracticeConsumer:
    """FastStream on a database of its own: one message, one session, one commit of the offset."""

    def __init__(self, rig: Rig, servers: str, count: int) -> None:
        self._rig, self._servers, self._count = rig, servers, count
        self._url, self._position = "", 0

    async def __call__(self) -> Sample:
        """Take in so many events; the rate between the first commit and the last."""
        if not self._url:
            self._url = await self._rig.database("bench_practice", "supervision")
            await self._rig.empty_topic(self._servers, _HABIT)
        before, seen, done = self._position, 0, asyncio.Event()
        await _send(self._servers, before + 1, self._count, _HABIT)
        self._position += self._count

        def taken() -> None:
            nonlocal seen
            seen += 1
            if seen == self._count:
                done.set()

        mine = async_url(EmbeddedPostgres.as_role(self._url, worker_role("supervision")))
        engine = habit.engine_for(mine.render_as_string(hide_password=False))
        broker = habit.broker(self._servers, _HABIT, "practice", engine, taken)
        try:
            async with broker:
                await broker.start()
                await asyncio.wait_for(done.wait(), 120)
        finally:
            await engine.dispose()
        watch = await asyncpg.connect(self._url)
        try:
            return await _rate(watch, before, self._position)
        finally:
            await watch.close()


async def _over_feed(rig: Rig, count: int, times: int) -> ResultLine:
    source = await rig.database("bench_applications", events.SERVICE)
    url = await rig.database("bench_supervision", "supervision")
    api = await rig.service(events.SERVICE, source)
    filling = await asyncpg.connect(source)
    position = 0

    async def product() -> Sample:
        nonlocal position
        rows = list(events.kept(position + 1, count))
        await filling.copy_records_to_table(
            "outbox",
            records=[
                (
                    one.event_id,
                    "applications.application",
                    one.subject,
                    1,
                    one.type,
                    one.region,
                    one.data,
                    one.at,
                    one.trace,
                    one.position,
                )
                for one in rows
            ],
            columns=(
                "event_id",
                "aggregate",
                "subject",
                "version",
                "type",
                "region",
                "data",
                "at",
                "trace",
                "position",
            ),
        )
        position += count
        await filling.execute(
            "INSERT INTO sequence_head VALUES ('outbox', $1, '')"
            " ON CONFLICT (log) DO UPDATE SET position = $1",
            position,
        )
        return await _took_in(
            rig,
            url,
            lambda loop: from_feed(loop, events.SERVICE),
            position,
            position - count,
            feed_urls={events.SERVICE: api.url},
            feed_token=rig.feed_token(),
        )

    pairs = await rounds(times, await _limit(rig, count), product)
    await filling.close()
    target = Target("least", 0.4)
    return rate_line("消费（事件接口）：收件箱＋事实＋计数器", pairs, target, "件/秒")
