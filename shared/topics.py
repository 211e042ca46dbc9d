"""A topic as a whole: what was sent last, and emptying it; part of the Kafka edge."""
# mypy: allow-untyped-calls

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import RecordsToDelete

from shared.kafka import LIMIT, _administration, _end_consumer, _within
from shared.kafkasecurity import PLAIN, Security


@asynccontextmanager
async def _onlooker(servers: str, topic: str, security: Security = PLAIN) -> AsyncIterator[Any]:
    """A consumer of no group, to whom every partition of the topic is assigned."""
    made = AIOKafkaConsumer(topic, bootstrap_servers=servers, enable_auto_commit=False, **security)
    try:
        await made.start()
        yield made
    finally:
        await _end_consumer(made)


async def tips(servers: str, topic: str, security: Security = PLAIN) -> list[bytes]:
    """The last record of every partition that has one. Raises `KafkaAway`."""
    async with (
        _within(LIMIT, f"last records of {topic}"),
        _onlooker(servers, topic, security) as made,
    ):
        mine = made.assignment()
        first, behind = await made.beginning_offsets(mine), await made.end_offsets(mine)
        open_ = {one for one in mine if behind[one] > first[one]}
        for one in mine:
            made.seek(one, max(first[one], behind[one] - 1))
        found: dict[Any, bytes] = {}
        while open_ - found.keys():
            for one, records in (await made.getmany(timeout_ms=200)).items():
                found[one] = records[-1].value or b""
        return list(found.values())


async def empty(servers: str, topic: str, security: Security = PLAIN) -> None:
    """Delete every record; the topic, its settings and rights stay. Raises `KafkaAway`."""
    async with _within(LIMIT, f"empty {topic}"):
        async with _onlooker(servers, topic, security) as made:
            behind = await made.end_offsets(made.assignment())
        async with _administration(servers, security) as admin:
            await admin.delete_records({one: RecordsToDelete(at) for one, at in behind.items()})
