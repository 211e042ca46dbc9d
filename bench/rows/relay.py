"""Numbering and relaying a backlog to a real Kafka, beside a producer that does nothing else."""
# mypy: allow-untyped-calls

import asyncio
import time

import asyncpg
from aiokafka import AIOKafkaProducer

from bench import events
from bench.measure import Finding, ResultLine, Sample, Target, rate_line, rounds
from bench.rig import Rig
from shared.contracts.base import topic
from shared.kafka.topics import ensure_topics
from shared.runtime.worker import numbering, relaying

_BATCH = 2000


async def run(rig: Rig) -> Finding:
    """The worker's own loops, from rows just committed to the broker's last acknowledgement."""
    servers = await rig.kafka()
    if servers is None:
        return Finding([ResultLine("编号和转发到 Kafka", "未测：缺少 Java 或 Maven", "", None)])
    count, times = rig.size(100_000, 500), rig.size(2, 1)
    url = await rig.database("bench_applications", events.SERVICE)
    await ensure_topics(servers, [topic(events.SERVICE), topic("bench")])
    found = [events.records(list(events.kept(1, count)))]
    position = 0

    async def limit() -> Sample:
        return await _produce(servers, found[0])

    async def product(many: int = count) -> Sample:
        nonlocal position
        await fill(url, many)
        position += many
        return await drain(rig, url, servers, position, many)

    pairs = await rounds(times, limit, product, warm=False)
    lines = [
        rate_line(f"编号＋哈希链＋转发（积压 {count:,} 件）", pairs, Target("least", 0.6), "件/秒"),
    ]
    small = sorted(one.rate for one in pairs.product)[times // 2]
    large = (await product(4 * count)).rate
    grown = small / large
    lines.append(
        ResultLine(
            f"积压 {count:,} → {4 * count:,} 件，每件耗时",
            f"{grown:.2f} 倍",
            "线性为 1",
            grown,
            Target("most", 1.3, 1.0),
        )
    )
    return Finding(lines, [f"转发：{position:,} 件事件位置连续，游标到末位，全部经 broker 确认"])


async def fill(url: str, count: int) -> None:
    """A backlog: committed rows without a position."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(events.FILL, events.KIND, events.TRACE, count, timeout=120)
        await connection.execute("ANALYZE outbox")
    finally:
        await connection.close()


async def drain(rig: Rig, url: str, servers: str, position: int, count: int) -> Sample:
    """Run the worker's loops until the cursor stands at `position`."""
    watch = await asyncpg.connect(url)
    async with rig.worker_loop(
        events.SERVICE, url, transport="kafka", kafka_servers=servers
    ) as loop:
        loop.lead.set()
        started = time.perf_counter()
        tasks = [asyncio.create_task(numbering(loop)), asyncio.create_task(relaying(loop))]
        try:
            while await watch.fetchval("SELECT max(position) FROM sink_cursor") != position:
                await asyncio.sleep(0.01)
                for task in tasks:
                    if task.done():
                        await task
            took = time.perf_counter() - started
            chained = await watch.fetchval("SELECT count(DISTINCT position) FROM outbox")
            if chained != position:
                raise AssertionError(f"{chained} positions, {position} expected")
        finally:
            loop.stop.set()
            await asyncio.gather(*tasks)
            await watch.close()
    return Sample(count / took)


async def _produce(servers: str, rows: list[tuple[bytes, bytes]]) -> Sample:
    """The same bytes, idempotent, acks=all, as fast as aiokafka takes them."""
    producer = AIOKafkaProducer(
        bootstrap_servers=servers, acks="all", enable_idempotence=True, max_batch_size=256 * 1024
    )
    await producer.start()
    try:
        started = time.perf_counter()
        for first in range(0, len(rows), _BATCH):
            part = rows[first : first + _BATCH]
            waiting = [await producer.send(topic("bench"), v, k) for k, v in part]
            await asyncio.gather(*waiting)
        return Sample(len(rows) / (time.perf_counter() - started))
    finally:
        await producer.stop()
