"""What the Kafka edge promises, on a real broker that is also frozen, killed and restarted."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence

import pytest

from shared.contracts.base import MEDIA
from shared.kafka.client import KafkaOutage
from shared.kafka.producer import Producer
from shared.kafka.reader import KafkaRecord, TopicReader
from shared.kafka.topics import cluster, ensure_topics
from shared.local.kafka_server import LocalKafka
from tests.kafka.conftest import NewTopic

Rows = list[tuple[bytes, bytes]]


def rows(count: int, keys: int = 10, first: int = 0) -> Rows:
    """Numbered values, dealt out to some keys."""
    return [(b"k%d" % (n % keys), b"%d" % n) for n in range(first, first + count)]


def numbers(records: Sequence[KafkaRecord]) -> list[int]:
    return sorted(int(record.value) for record in records)


async def send(servers: str, topic: str, batch: Rows) -> None:
    producer = Producer(servers, client="test")
    await producer.send(topic, batch)
    await producer.stop()


async def take(reader: TopicReader, count: int, *, seconds: float = 20) -> list[KafkaRecord]:
    """Take and confirm until so many records are there; then there must be no more."""
    found: list[KafkaRecord] = []
    deadline = time.monotonic() + seconds
    while len(found) < count and time.monotonic() < deadline:
        batch = await reader.take(0.5)
        await reader.done(batch)
        found += batch
    found += await reader.take(0.3)
    return found


def first_deliveries(records: Sequence[KafkaRecord]) -> dict[bytes, list[int]]:
    """Key -> numbers in the order in which they came first."""
    found: dict[bytes, dict[int, None]] = defaultdict(dict)
    for record in records:
        found[record.key].setdefault(int(record.value))
    return {key: list(values) for key, values in found.items()}


async def test_records_of_a_key_keep_their_order(kafka: str, new_topic: NewTopic) -> None:
    topic = await new_topic()
    await send(kafka, topic, rows(5000))
    reader = TopicReader(kafka, f"{topic}.g", [topic], client="test")
    records = await take(reader, 5000)
    await reader.stop()
    assert numbers(records) == list(range(5000))
    assert {record.partition for record in records} == {0, 1, 2}
    for key, order in first_deliveries(records).items():
        assert order == sorted(order)
        assert len({record.partition for record in records if record.key == key}) == 1
    assert {record.headers for record in records} == {(("content-type", MEDIA.encode()),)}


async def test_a_group_goes_on_behind_what_is_done(kafka: str, new_topic: NewTopic) -> None:
    topic = await new_topic()
    await send(kafka, topic, rows(100))
    first = TopicReader(kafka, f"{topic}.g", [topic], client="first")
    assert numbers(await take(first, 100)) == list(range(100))
    await first.stop()
    await send(kafka, topic, rows(50, first=100))
    second = TopicReader(kafka, f"{topic}.g", [topic], client="second")
    assert numbers(await take(second, 50)) == list(range(100, 150))
    await second.stop()


async def test_what_is_not_done_comes_again(kafka: str, new_topic: NewTopic) -> None:
    """The same reader gets it again, behind what it confirmed; so does its successor."""
    topic = await new_topic(partitions=1)
    await send(kafka, topic, rows(10))
    first = TopicReader(kafka, f"{topic}.g", [topic], client="first")
    batch = await first.take(5)
    assert numbers(batch) == list(range(10))
    assert numbers(await first.take(5)) == list(range(10))
    await first.done(batch[:4])
    assert numbers(await first.take(5)) == list(range(4, 10))
    assert numbers(await first.take(5, most=2)) == [4, 5]
    await first.stop()
    second = TopicReader(kafka, f"{topic}.g", [topic], client="second")
    assert numbers(await take(second, 6)) == list(range(4, 10))
    await second.stop()


async def test_partitions_move_only_behind_the_running_batch(
    kafka: str, new_topic: NewTopic
) -> None:
    topic = await new_topic(partitions=4)
    await send(kafka, topic, rows(400))
    first = TopicReader(kafka, f"{topic}.g", [topic], client="first")
    second = TopicReader(kafka, f"{topic}.g", [topic], client="second")
    running: list[KafkaRecord] = []
    while len(running) < 400:
        running += await first.take(5)
        if len(running) < 400:
            await first.done(running)
    joining = asyncio.create_task(second.start())
    await asyncio.sleep(3.5)  # a member hears of the other one with its next heartbeat
    assert not joining.done()
    await first.done(running)
    await joining
    await send(kafka, topic, rows(400, first=400))
    taken: dict[TopicReader, list[KafkaRecord]] = {first: [], second: []}

    async def work(reader: TopicReader) -> None:
        while sum(map(len, taken.values())) < 400:
            batch = await reader.take(0.2)
            await reader.done(batch)
            taken[reader] += batch

    async with asyncio.timeout(20):
        await asyncio.gather(work(first), work(second))
    await asyncio.gather(first.stop(), second.stop())
    one, two = taken.values()
    assert numbers([*one, *two]) == list(range(400, 800))
    assert one
    assert two
    assert not {record.partition for record in one} & {record.partition for record in two}


async def test_members_that_come_and_go_lose_nothing(kafka: str, new_topic: NewTopic) -> None:
    """F22: readers restart while records flow; every record comes, per key in order."""
    topic = await new_topic(partitions=4)
    group, total = f"{topic}.g", 3000
    seen: list[KafkaRecord] = []

    async def member(name: str, batches: int) -> None:
        reader = TopicReader(kafka, group, [topic], client=name)
        for _ in range(batches):
            batch = await reader.take(0.2, most=100)
            seen.extend(batch)
            await reader.done(batch)
        await reader.stop()

    async def write() -> None:
        producer = Producer(kafka, client="test")
        for first in range(0, total, 100):
            await producer.send(topic, rows(100, first=first))
            await asyncio.sleep(0.02)
        await producer.stop()

    await asyncio.gather(write(), member("a", 8), member("b", 3), member("c", 5))
    last = TopicReader(kafka, group, [topic], client="last")
    while batch := await last.take(1):
        seen.extend(batch)
        await last.done(batch)
    await last.stop()
    assert set(numbers(seen)) == set(range(total))
    for order in first_deliveries(seen).values():
        assert order == sorted(order)


async def test_topics_are_made_once(kafka: str, new_topic: NewTopic) -> None:
    topic = await new_topic(partitions=2)
    await asyncio.gather(*(ensure_topics(kafka, [topic, f"{topic}.b"]) for _ in range(3)))
    reader = TopicReader(kafka, f"{topic}.g", [topic, f"{topic}.b"], client="test")
    await send(kafka, f"{topic}.b", rows(300, keys=100))
    await send(kafka, topic, rows(300, keys=100))
    places = {(record.topic, record.partition) for record in await take(reader, 600)}
    await reader.stop()
    assert len([place for place in places if place[0] == topic]) == 2
    assert len(places) == 2 + 6


async def test_nobody_there_is_said_in_time() -> None:
    """F5: no call waits longer than its limit."""
    nowhere = "127.0.0.1:1"
    began = time.monotonic()
    with pytest.raises(KafkaOutage):
        await Producer(nowhere, client="test", limit=1).send("x", rows(1))
    with pytest.raises(KafkaOutage):
        await TopicReader(nowhere, "g", ["x"], client="test", limit=1).take()
    with pytest.raises(KafkaOutage):
        await ensure_topics(nowhere, ["x"], limit=1)
    with pytest.raises(KafkaOutage):
        await cluster(nowhere, limit=1)
    assert time.monotonic() - began < 5


async def test_a_frozen_broker_holds_nobody_up(broker: LocalKafka, new_topic: NewTopic) -> None:
    """F5: calls and shutdown are bounded, and both sides go on when the broker does."""
    topic = await new_topic(servers=broker.servers)
    producer = Producer(broker.servers, client="test", limit=2)
    reader = TopicReader(broker.servers, f"{topic}.g", [topic], client="test", limit=8, quiet=1)
    other = TopicReader(broker.servers, f"{topic}.h", [topic], client="other")
    await producer.send(topic, rows(10))
    batch = await take(reader, 10)
    unconfirmed = await other.take(5)
    assert await reader.take(1.5) == []  # it was quiet, and asking why found nothing wrong

    async def go_on() -> None:
        while True:
            await reader.take(0.5)

    async def confirm_and_leave() -> None:
        await other.done(unconfirmed)
        await other.stop()

    broker.pause()
    try:
        began = time.monotonic()
        ends = await asyncio.gather(
            go_on(),
            producer.send(topic, rows(10, first=10)),
            confirm_and_leave(),
            return_exceptions=True,
        )
        assert [type(end) for end in ends] == [KafkaOutage, KafkaOutage, type(None)]
        assert time.monotonic() - began < 20
    finally:
        broker.resume()
    await producer.send(topic, rows(10, first=10))
    assert numbers(batch) == list(range(10))
    assert set(numbers(await take(reader, 10))) == set(range(10, 20))
    await asyncio.gather(reader.stop(), producer.stop())


async def test_a_killed_broker_loses_nothing_that_was_acknowledged(
    broker: LocalKafka, new_topic: NewTopic
) -> None:
    """F6: power failure and restart under load. The relay's manner: again from the last batch."""
    topic = await new_topic(servers=broker.servers)
    producer = Producer(broker.servers, client="test", limit=3)
    reader = TopicReader(broker.servers, f"{topic}.g", [topic], client="test")
    sent, failures = 0, 0
    seen: list[KafkaRecord] = []

    async def relay(total: int) -> None:
        nonlocal sent, failures
        while sent < total:
            try:
                await producer.send(topic, rows(50, first=sent))
                sent += 50
            except KafkaOutage:
                failures += 1
            await asyncio.sleep(0.01)

    async def consume(total: int) -> None:
        deadline = time.monotonic() + 40
        while len(set(numbers(seen))) < total and time.monotonic() < deadline:
            try:
                batch = await reader.take(0.5)
            except KafkaOutage:
                continue
            seen.extend(batch)
            await reader.done(batch)

    relaying = asyncio.create_task(relay(5000))
    consuming = asyncio.create_task(consume(5000))
    await asyncio.sleep(0.5)
    broker.kill()
    await asyncio.sleep(1)
    await asyncio.to_thread(broker.restart)
    await asyncio.gather(relaying, consuming)
    await asyncio.gather(reader.stop(), producer.stop())
    assert failures
    assert set(numbers(seen)) == set(range(5000))
    for order in first_deliveries(seen).values():
        assert order == sorted(order)
