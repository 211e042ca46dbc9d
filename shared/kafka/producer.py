"""Records out: sent in order, and acknowledged."""
# mypy: allow-untyped-calls

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any
from zlib import crc32

from shared.contracts.base import MEDIA
from shared.environment.kafka_security import PLAIN, Security
from shared.kafka.client import LIMIT, end_producer, producer, time_limit

_HEADERS = [("content-type", MEDIA.encode())]


class Producer:
    """Sends records in order and awaits every acknowledgement; idempotent, acks=all.

    One send at a time. The records of one key stay in one partition: that of the key's CRC-32, as
    librdkafka's clients choose it. Whole batches are handed to aiokafka: its own `send` makes a
    future and a hash in plain Python for each record, three times the rest of the work.
    """

    def __init__(
        self, servers: str, *, client: str, security: Security = PLAIN, limit: float = LIMIT
    ) -> None:
        self._servers, self._security = servers, security
        self._client = client
        self._limit = limit
        self._inner: Any = None

    async def start(self) -> None:
        """Connect. Raises `KafkaOutage`; `send` starts by itself as well."""
        if self._inner is None:
            self._inner = await producer(
                self._servers, self._security, client=self._client, limit=self._limit
            )

    async def send(self, topic: str, rows: Sequence[tuple[bytes, bytes]]) -> None:
        """Send (key, value) in order; returns when all are acknowledged.

        Raises `KafkaOutage` at the first failure or after the limit. Then the client is dropped
        with whatever it holds: an idempotent send never expires, so its records would arrive at
        any later time.
        """
        await self.start()
        waiting: list[asyncio.Future[Any]] = []
        try:
            async with time_limit(self._limit, f"send to {topic}"):
                async for place, batch in self._batches(topic, rows):
                    waiting.append(await self._inner.send_batch(batch, topic, partition=place))
                await asyncio.gather(*waiting)
        except BaseException:
            for one in waiting:
                if not one.cancel() and not one.cancelled():
                    one.exception()  # seen, so that nobody complains that it was not
            await self.stop()
            raise

    async def _batches(
        self, topic: str, rows: Sequence[tuple[bytes, bytes]]
    ) -> AsyncIterator[tuple[int, Any]]:
        """The records as batches of one partition each; each partition's in order."""
        partitions = len(await self._inner.partitions_for(topic))
        filling: dict[int, Any] = {}
        for key, value in rows:
            place = crc32(key) % partitions
            if place not in filling:
                filling[place] = self._inner.create_batch()
            if (
                filling[place].append(timestamp=None, key=key, value=value, headers=_HEADERS)
                is None
            ):
                yield place, filling[place]
                filling[place] = batch = self._inner.create_batch()
                batch.append(timestamp=None, key=key, value=value, headers=_HEADERS)
        for place, batch in filling.items():
            yield place, batch

    async def stop(self) -> None:
        """Close, within some seconds whatever the broker does. `start` may follow."""
        made, self._inner = self._inner, None
        if made is not None:
            await end_producer(made)
