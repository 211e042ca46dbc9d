"""The Kafka edge: records out and in. Only this module and `shared.kafka.topics` know aiokafka.

aiokafka waits without end when the broker is away (`send`, `commit`, `stop` and `start` alike), so
every await here has a time limit of ours. Its clients are thrown away after a failure: the next
call begins with a fresh one, and what the old one still had in hand comes at most twice.
"""
# mypy: allow-untyped-calls

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, NamedTuple
from zlib import crc32

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import KafkaError

from shared.contracts.base import MEDIA
from shared.environment.kafka_security import PLAIN, Security
from shared.environment.logs import log
from shared.kafka.offsets import Offsets

LIMIT = 30.0
"""Seconds that the broker has for one of our calls."""
COURTESY = 3.0
"""Seconds for what may as well fail: a goodbye, a commit of offsets."""
REBALANCE = 20.0
"""Seconds that a group waits for a member that still works on a batch."""
COMMIT = 0.2
"""Seconds between two commits of offsets: one costs as much as taking in a few events."""
QUIET = 30.0
"""Seconds without a record after which a reader asks the broker whether there really is none."""

_HEADERS = [("content-type", MEDIA.encode())]


class KafkaAway(Exception):
    """The broker did not do it in time; nothing is known of what it did."""


class Record(NamedTuple):
    """One record of a topic, as it came."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()


def _record(one: Any) -> Record:
    return Record(
        one.topic, one.partition, one.offset, one.key or b"", one.value or b"", one.headers
    )


@contextlib.asynccontextmanager
async def within(seconds: float, what: str) -> AsyncIterator[None]:
    """Our time limit; whatever the broker or aiokafka fails with becomes `KafkaAway`."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except (KafkaError, OSError) as error:  # TimeoutError is an OSError
        raise KafkaAway(f"{what}: {type(error).__name__}") from error


class Producer:
    """Sends records in order and awaits every acknowledgement; idempotent, acks=all.

    One send at a time. The records of one key stay in one partition: that of the key's CRC-32, as
    librdkafka's clients choose it. Whole batches are handed to aiokafka: its own `send` makes a
    future and a hash in plain Python for each record, three times the rest of the work.
    """

    def __init__(
        self, servers: str, *, client: str, security: Security = PLAIN, limit: float = LIMIT
    ) -> None:
        self._where = {"bootstrap_servers": servers, **security}
        self._client = client
        self._limit = limit
        self._inner: Any = None

    async def start(self) -> None:
        """Connect. Raises `KafkaAway`; `send` starts by itself as well."""
        if self._inner is not None:
            return
        made = AIOKafkaProducer(
            **self._where,
            client_id=self._client,
            acks="all",
            enable_idempotence=True,
            max_batch_size=256 * 1024,
            request_timeout_ms=int(self._limit * 1000 / 3),
        )
        try:
            async with within(self._limit, "start of the producer"):
                await made.start()
        except BaseException:
            await _end_producer(made)
            raise
        self._inner = made

    async def send(self, topic: str, rows: Sequence[tuple[bytes, bytes]]) -> None:
        """Send (key, value) in order; returns when all are acknowledged.

        Raises `KafkaAway` at the first failure or after the limit. Then the client is dropped
        with whatever it holds: an idempotent send never expires, so its records would arrive at
        any later time.
        """
        await self.start()
        waiting: list[asyncio.Future[Any]] = []
        try:
            async with within(self._limit, f"send to {topic}"):
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
            await _end_producer(made)


async def _end_producer(made: Any) -> None:
    """Close without flushing: aiokafka's own `stop` flushes, and so never ends without a broker.

    Nothing that was promised is left behind, for `send` returns only with all acknowledgements.
    """
    made._closed = True
    sender = made._sender.sender_task
    with contextlib.suppress(KafkaError, OSError):
        async with asyncio.timeout(COURTESY):
            while sender is not None and not sender.done():
                sender.cancel()  # once ends its loop, twice also the request that hangs
                await asyncio.wait([sender], timeout=1)
            await made.client.close()


class Reader:
    """A member of a consumer group that commits by hand, after the effect is in the database.

    What `take` handed out and `done` did not confirm is handed out again: by the next `take`, or
    to whoever gets the partition. A rebalance waits for the running batch, so that its offsets
    are committed before the partition moves; when the batch takes longer than the group waits,
    the new owner gets the same records, and its inbox makes one effect of the two.
    """

    def __init__(
        self,
        servers: str,
        group: str,
        topics: Sequence[str],
        *,
        client: str,
        security: Security = PLAIN,
        limit: float = LIMIT,
        quiet: float = QUIET,
    ) -> None:
        self._where = {"bootstrap_servers": servers, **security}
        self._group = group
        self._topics = list(topics)
        self._client = client
        self._limit = limit
        self._quiet = quiet
        self._inner: Any = None
        self._fetch: asyncio.Task[Any] | None = None
        self._offsets = Offsets()
        self._committed = 0.0
        self._idle = asyncio.Event()
        """Set while no batch is in hand."""
        self._heard = 0.0

    async def start(self) -> None:
        """Join the group. Raises `KafkaAway`; `take` starts by itself as well."""
        if self._inner is not None:
            return
        made = AIOKafkaConsumer(
            **self._where,
            group_id=self._group,
            client_id=self._client,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            # The least that brokers accept: so long a member that was killed is waited for.
            session_timeout_ms=6000,
            heartbeat_interval_ms=1500,
            rebalance_timeout_ms=int(REBALANCE * 1000),
            # A join is answered only when every member is there: it must outlast a rebalance.
            request_timeout_ms=int(REBALANCE * 1250),
        )
        made.subscribe(topics=self._topics, listener=_WaitForBatch(self))
        self._forget()
        try:
            async with within(self._limit, "start of the reader"):
                await made.start()
        except BaseException:
            await end_consumer(made)
            raise
        self._inner = made
        self._heard = asyncio.get_running_loop().time()

    async def take(self, wait: float = 1.0, most: int = 2000) -> list[Record]:
        """The next records of all assigned partitions; [] when none came within `wait` seconds.

        Raises `KafkaAway` when the consumer failed or is stuck; the next call joins afresh.
        """
        await self.start()
        try:
            async with within(wait + self._limit, "take"):
                found = await self._next(wait, most)
        except KafkaAway:
            await self.stop()
            raise
        if not found:
            await self._commit()
            return []
        self._idle.clear()
        self._heard = asyncio.get_running_loop().time()
        for partition, records in found.items():
            self._offsets.hand_out(partition, records[0].offset, records[-1].offset)
        return [_record(one) for records in found.values() for one in records]

    async def _next(self, wait: float, most: int) -> dict[TopicPartition, list[Any]]:
        for (topic, number), offset in self._offsets.take_back().items():
            self._inner.seek(TopicPartition(topic, number), offset)
        self._idle.set()  # whoever asks for more has ended the batch, well or not
        found = await self._fetched(wait, most)
        if not found and await self._should_have_come():
            found = await self._fetched(5.0, most)
            if not found:  # aiokafka can go silent for ever after a restart of the broker
                raise KafkaAway("stuck: records wait and none comes")
        return found

    async def _fetched(self, wait: float, most: int) -> dict[TopicPartition, list[Any]]:
        """Records by partition. During a rebalance the fetch outlives this call and is resumed."""
        if self._fetch is None:
            fetching = self._inner.getmany(timeout_ms=int(wait * 1000), max_records=most)
            self._fetch = asyncio.create_task(fetching)
        await asyncio.wait([self._fetch], timeout=wait + 0.2)
        if not self._fetch.done():
            return {}
        fetch, self._fetch = self._fetch, None
        found: dict[TopicPartition, list[Any]] = fetch.result()
        return found

    async def _should_have_come(self) -> bool:
        """After a long silence: whether a rebalance does not end, or the broker has records."""
        now = asyncio.get_running_loop().time()
        if now - self._heard < self._quiet:
            return False
        self._heard = now
        mine = self._inner.assignment()
        if self._fetch is not None or not mine:
            return self._fetch is not None
        for partition, end in (await self._inner.end_offsets(mine)).items():
            if await self._inner.position(partition) < end:
                return True
        return False

    async def done(self, records: Iterable[Record]) -> None:
        """These records need not come again.

        Their offsets are committed every `COMMIT` seconds, when nothing more comes, before the
        partitions move and at the end.
        """
        reached = {(one.topic, one.partition): one.offset for one in records}
        self._offsets.done(reached.items())
        if asyncio.get_running_loop().time() - self._committed >= COMMIT:
            await self._commit()
        if not self._offsets.in_hand:
            self._idle.set()

    async def _commit(self, limit: float = COURTESY) -> None:
        """Best effort and bounded, never an error: what stays is committed later or comes again."""
        due = self._offsets.due(self._inner.assignment()) if self._inner is not None else {}
        try:
            if due:
                async with within(limit, "commit"):
                    offsets = {TopicPartition(*place): at for place, at in due.items()}
                    await self._inner.commit(offsets)
            self._offsets.committed()
        except KafkaAway as away:
            log().warning("offsets-not-committed", group=self._group, reason=str(away))
        self._committed = asyncio.get_running_loop().time()

    async def stop(self) -> None:
        """Leave the group, within some seconds whatever the broker does. `start` may follow."""
        await self._commit(limit=1.0)
        made, self._inner = self._inner, None
        fetch, self._fetch = self._fetch, None
        self._forget()
        if fetch is not None:
            fetch.cancel()
            await asyncio.gather(fetch, return_exceptions=True)
        if made is not None:
            await end_consumer(made)

    def _forget(self) -> None:
        self._offsets.forget()
        self._idle.set()


class _WaitForBatch(ConsumerRebalanceListener):
    """Lets the running batch end before its partitions move."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REBALANCE * 0.75):
                await self._reader._idle.wait()
        await self._reader._commit()
        self._reader._forget()

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Nothing to do: aiokafka goes on from the committed offsets."""


async def end_consumer(made: Any) -> None:
    """Close in time; tasks of aiokafka that do not end by themselves are cancelled."""
    with contextlib.suppress(KafkaError, OSError):
        async with asyncio.timeout(COURTESY):
            await made.stop()
            return
    group, fetcher = made._coordinator, made._fetcher
    if group is not None:
        for task in (group._coordination_task, group._heartbeat_task, group._commit_refresh_task):
            if task is not None:
                task.cancel()
    if fetcher is not None:
        for task in (fetcher._fetch_task, *fetcher._pending_tasks):
            task.cancel()
    with contextlib.suppress(KafkaError, OSError):
        async with asyncio.timeout(1):
            await made._client.close()
