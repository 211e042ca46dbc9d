"""Clients end in time and leave nothing behind: what private names of aiokafka are used for."""

import asyncio

from shared.environment.kafka_security import PLAIN
from shared.kafka import client
from shared.local.kafka_server import LocalKafka
from tests.kafka.conftest import NewTopic

SERVED = 10.0
"""Seconds for each step while the broker answers."""


async def nothing() -> None:
    """The member has nothing in hand when its partitions move."""


async def test_clients_of_a_frozen_broker_end_and_leave_no_task_behind(
    broker: LocalKafka, new_topic: NewTopic
) -> None:
    """F5: a record on its way, a member of a group with its partitions, and nobody answers."""
    topic = await new_topic(servers=broker.servers)
    before = asyncio.all_tasks()
    writer = await client.producer(broker.servers, PLAIN, client="writer", limit=SERVED)
    reader = await client.member(
        broker.servers, PLAIN, f"{topic}.g", [topic],
        client="reader", rebalance=SERVED, leaving=nothing, limit=SERVED,
    )  # fmt: skip
    await writer.send_and_wait(topic, b"one")
    assert (await reader.getone()).value == b"one"
    broker.pause()
    try:
        await writer.send(topic, b"two")
        fetching = asyncio.create_task(reader.getone())
        await asyncio.sleep(1)  # both requests are with the broker
        fetching.cancel()
        await asyncio.wait([fetching])
        async with asyncio.timeout(30):
            await asyncio.gather(client.end_producer(writer), client.end_consumer(reader))
        await asyncio.sleep(0.1)  # what was cancelled ends with the loop's next turns
        assert asyncio.all_tasks() - before == set()
    finally:
        broker.resume()
