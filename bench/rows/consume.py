"""Taking in events (inbox, facts, counters), beside the facts alone from memory."""
# mypy: allow-untyped-calls

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer

from bench import events
from bench.measure import Finding, Line, Sample, Target, rate_line, rounds
from bench.rig import Rig
from services.supervision.facts.record import _RECORD, rows_of
from shared.contracts.base import topic
from shared.events.consumer import watch_sources
from shared.events.envelope import read
from shared.kafka.producer import Producer
from shared.kafka.topics import ensure_topics
from shared.runtime.intake import from_feed, from_kafka
from shared.runtime.loop import Loop

_BATCH = 2000
_ONE = str(_RECORD).replace(":facts", "$1")
_SPAN = """
SELECT extract(epoch FROM max(at) - min(at)), count(*) FILTER (WHERE at > low) FROM (
  SELECT pg_xact_commit_timestamp(xmin) AS at, min(pg_xact_commit_timestamp(xmin)) OVER () AS low
  FROM inbox WHERE position > $1) AS seen
"""
"""Seconds from the first commit of a round to the last, and the events that came after the first:
what a group needs to join is no part of the rate."""


async def run(rig: Rig) -> Finding:
    """Supervision takes in submitted applications: the real loops of its worker."""
    count, times = rig.size(20_000, 1000), rig.size(3, 1)
    servers = await rig.kafka()
    lines, facts = [], []
    if servers is None:
        lines.append(Line("消费（Kafka）", "未测：缺少 Java 或 Maven", "", None))
    else:
        found, slow = await _over_kafka(rig, servers, count, times)
        lines += found
        facts.append(slow)
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
    rig: Rig, url: str, work: Callable[[Loop], Coroutine[Any, Any, None]],
    position: int, before: int, **settings: object,
) -> Sample:  # fmt: skip
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
    seconds, many = await watch.fetchrow(_SPAN, before)
    kept = await watch.fetchrow(
        "SELECT (SELECT count(*) FROM inbox), (SELECT count(*) FROM fact),"
        " (SELECT sum(facts) FROM fact_counter)"
    )
    await watch.close()
    if set(kept) != {position}:
        raise AssertionError(f"{list(kept)} of {position} events were taken in")
    return Sample(many / float(seconds) if seconds else float(many))


async def _over_kafka(rig: Rig, servers: str, count: int, times: int) -> tuple[list[Line], str]:
    url = await rig.database("bench_supervision", "supervision")
    name = topic(events.SERVICE)
    await ensure_topics(servers, [topic(one) for one in ("subsidy", "projects", "expropriation")])
    position = 0

    async def product() -> Sample:
        nonlocal position
        await _send(servers, position + 1, count)
        position += count
        return await _took_in(
            rig, url, lambda loop: from_kafka(loop, (events.SERVICE,)), position,
            position - count, transport="kafka", kafka_servers=servers, kafka_group="bench",
        )  # fmt: skip

    await rig.empty_topic(servers, name)
    pairs = await rounds(times, await _limit(rig, count), product)
    alone = await _one_by_one(rig, servers, rig.size(400, 50))
    fast = sorted(one.rate for one in pairs.product)[times // 2]
    target = Target("least", 0.6, 0.9)
    lines = [
        rate_line("消费（Kafka）：收件箱＋事实＋计数器", pairs, target, "件/秒"),
        Line("同上，对自写的逐条处理（代替 FastStream）",
             f"{fast:,.0f} 件/秒", f"{alone:,.0f} 件/秒", fast / alone,
             Target("least", 20, unit=" 倍")),
    ]  # fmt: skip
    return (
        lines,
        "逐条处理：一件一个事务，同样的语句，用 aiokafka 和 asyncpg 自写；未测 FastStream",
    )


async def _send(servers: str, first: int, count: int) -> None:
    producer = Producer(servers, client="bench")
    rows = events.records(list(events.kept(first, count)))
    for n in range(0, count, _BATCH):
        await producer.send(topic(events.SERVICE), rows[n : n + _BATCH])
    await producer.stop()


async def _one_by_one(rig: Rig, servers: str, count: int) -> float:
    """One record, one transaction, one commit of the offset: events a second."""
    url = await rig.database("bench_one", "supervision")
    await _send(servers, 10**7, count)
    consumer = AIOKafkaConsumer(
        topic(events.SERVICE), bootstrap_servers=servers, group_id="bench-one",
        enable_auto_commit=False, auto_offset_reset="earliest",
    )  # fmt: skip
    await consumer.start()
    connection = await asyncpg.connect(url)
    try:
        started = asyncio.get_running_loop().time()
        for _ in range(count):
            record = await consumer.getone()
            received = read(record.value or b"")
            async with connection.transaction():
                await connection.execute(
                    "INSERT INTO inbox VALUES ($1, $2, $3, now()) ON CONFLICT DO NOTHING",
                    received.id, received.source, received.position,
                )  # fmt: skip
                await connection.execute(_ONE, rows_of([received]).decode())
            await consumer.commit()
        return count / (asyncio.get_running_loop().time() - started)
    finally:
        await connection.close()
        await consumer.stop()


async def _over_feed(rig: Rig, count: int, times: int) -> Line:
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
                (one.event_id, "applications.application", one.subject, 1, one.type,
                 one.region, one.data, one.at, one.trace, one.position)
                for one in rows
            ],
            columns=("event_id", "aggregate", "subject", "version", "type", "region", "data",
                     "at", "trace", "position"),
        )  # fmt: skip
        position += count
        await filling.execute(
            "INSERT INTO sequence_head VALUES ('outbox', $1, '')"
            " ON CONFLICT (log) DO UPDATE SET position = $1",
            position,
        )
        return await _took_in(
            rig, url, lambda loop: from_feed(loop, events.SERVICE), position,
            position - count, feed_urls={events.SERVICE: api.url},
            feed_token=rig.feed_token(),
        )  # fmt: skip

    pairs = await rounds(times, await _limit(rig, count), product)
    await filling.close()
    target = Target("least", 0.6, 0.9)
    return rate_line("消费（事件接口）：收件箱＋事实＋计数器", pairs, target, "件/秒")
