"""A cluster of three: one broker may fail unnoticed, with two gone nothing is promised."""

import time

import pytest

from shared.kafka.client import KafkaOutage
from shared.kafka.producer import Producer
from shared.kafka.reader import TopicReader
from shared.kafka.topics import cluster, ensure_topics
from shared.local.kafka_server import LocalKafka, missing
from tests.kafka.presence import JARS, kafka_here, local_name, verified_on
from tests.kafka.test_broker import first_deliveries, numbers, rows, take


async def test_what_two_brokers_acknowledged_outlives_any_one(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """F7: no error with one broker lost; with two lost sends stop in time; nothing is lost."""
    lacking = missing(JARS)
    if not kafka_here() or lacking:
        pytest.skip(f"停机试验需要本机的 Kafka：{lacking}")
    brokers = LocalKafka(JARS, tmp_path_factory.mktemp("kafka") / "three", brokers=3)
    servers = brokers.start()
    verified_on(local_name())
    producer = Producer(servers, client="test", limit=15)
    reader = TopicReader(servers, "readers", ["letters"], client="test")
    hasty = Producer(servers, client="hasty", limit=2)
    try:
        await ensure_topics(servers, ["letters"], partitions=6)
        assert (await cluster(servers)).brokers == 3
        await producer.send("letters", rows(600))
        brokers.kill(2)
        for first in range(600, 1200, 100):
            await producer.send("letters", rows(100, first=first))
        brokers.kill(3)
        began = time.monotonic()
        with pytest.raises(KafkaOutage):
            await hasty.send("letters", rows(600, first=1200))
        assert time.monotonic() - began < 6
        brokers.restart(2)
        await producer.send("letters", rows(600, first=1200))
        records = await take(reader, 1800)
        assert set(numbers(records)) == set(range(1800))
        for order in first_deliveries(records).values():
            assert order == sorted(order)
    finally:
        await producer.stop()
        await hasty.stop()
        await reader.stop()
        brokers.stop()
