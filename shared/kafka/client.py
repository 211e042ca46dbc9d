"""The clients of aiokafka, opened and closed in bounded time. Only this module knows aiokafka.

aiokafka waits without end when the broker is away (`send`, `commit`, `stop` and `start` alike), so
every await has a time limit of ours, and what fails in it becomes `KafkaOutage`. A client is thrown
away after a failure: the next call begins with a fresh one.
"""
# mypy: allow-untyped-calls

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from shared.environment.kafka_security import Security

FAILURES = (KafkaError, OSError)  # TimeoutError is an OSError
"""What a call of these clients fails with."""
LIMIT = 30.0
"""Seconds that the broker has for one of our calls."""
COURTESY = 3.0
"""Seconds for what may as well fail: a goodbye, a commit of offsets."""


class KafkaOutage(Exception):
    """The broker did not do it in time; nothing is known of what it did."""


@contextlib.asynccontextmanager
async def time_limit(seconds: float, what: str) -> AsyncIterator[None]:
    """Our time limit; whatever the broker or aiokafka fails with becomes `KafkaOutage`."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except FAILURES as error:
        raise KafkaOutage(f"{what}: {type(error).__name__}") from error


def place(topic: str, number: int) -> Any:
    """A partition as the clients name it: a pair of its topic and number."""
    return TopicPartition(topic, number)


async def producer(servers: str, security: Security, *, client: str, limit: float) -> Any:
    """A started producer, idempotent, acks=all. Raises `KafkaOutage`."""
    made = AIOKafkaProducer(
        bootstrap_servers=servers,
        **security,
        client_id=client,
        acks="all",
        enable_idempotence=True,
        max_batch_size=256 * 1024,
        request_timeout_ms=int(limit * 1000 / 3),
    )
    try:
        async with time_limit(limit, "start of the producer"):
            await made.start()
    except BaseException:
        await end_producer(made)
        raise
    return made


async def end_producer(made: Any) -> None:
    """Close without flushing: aiokafka's own `stop` flushes, and so never ends without a broker.

    Nothing that was promised is left behind, for `send` returns only with all acknowledgements.
    """
    made._closed = True
    sender = made._sender.sender_task
    with contextlib.suppress(*FAILURES):
        async with asyncio.timeout(COURTESY):
            while sender is not None and not sender.done():
                sender.cancel()  # once ends its loop, twice also the request that hangs
                await asyncio.wait([sender], timeout=1)
            await made.client.close()


async def member(
    servers: str,
    security: Security,
    group: str,
    topics: Sequence[str],
    *,
    client: str,
    rebalance: float,
    leaving: Callable[[], Awaitable[None]],
    limit: float,
) -> Any:
    """A started member of a group that commits by hand. Raises `KafkaOutage`.

    `leaving` is awaited before its partitions move; the group waits `rebalance` seconds for that.
    """
    made = AIOKafkaConsumer(
        bootstrap_servers=servers,
        **security,
        group_id=group,
        client_id=client,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        # The least that brokers accept: so long a member that was killed is waited for.
        session_timeout_ms=6000,
        heartbeat_interval_ms=1500,
        rebalance_timeout_ms=int(rebalance * 1000),
        # A join is answered only when every member is there: it must outlast a rebalance.
        request_timeout_ms=int(rebalance * 1250),
    )
    made.subscribe(topics=list(topics), listener=_Rebalance(leaving))
    try:
        async with time_limit(limit, "start of the reader"):
            await made.start()
    except BaseException:
        await end_consumer(made)
        raise
    return made


class _Rebalance(ConsumerRebalanceListener):
    """Lets the member come to an end before its partitions move."""

    def __init__(self, leaving: Callable[[], Awaitable[None]]) -> None:
        self._leaving = leaving

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        await self._leaving()

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Nothing to do: aiokafka goes on from the committed offsets."""


@contextlib.asynccontextmanager
async def onlooker(servers: str, topic: str, security: Security) -> AsyncIterator[Any]:
    """A consumer of no group, to whom every partition of the topic is assigned."""
    made = AIOKafkaConsumer(topic, bootstrap_servers=servers, enable_auto_commit=False, **security)
    try:
        await made.start()
        yield made
    finally:
        await end_consumer(made)


async def end_consumer(made: Any) -> None:
    """Close in time; tasks of aiokafka that do not end by themselves are cancelled."""
    with contextlib.suppress(*FAILURES):
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
    with contextlib.suppress(*FAILURES):
        async with asyncio.timeout(1):
            await made._client.close()


@contextlib.asynccontextmanager
async def administration(servers: str, security: Security) -> AsyncIterator[Any]:
    """A client that asks about the cluster and changes its topics."""
    admin = AIOKafkaAdminClient(bootstrap_servers=servers, request_timeout_ms=5000, **security)
    try:
        await admin.start()
        yield admin
    finally:
        with contextlib.suppress(*FAILURES):
            async with asyncio.timeout(COURTESY):
                await admin.close()


async def create(
    admin: Any, names: Iterable[str], partitions: int, replicas: int, options: dict[str, str]
) -> None:
    """Create topics; one that somebody else was quicker to create is left as it is."""
    topics = [NewTopic(name, partitions, replicas, topic_configs=options) for name in names]
    answer = await admin.create_topics(topics)
    for _, code, *_ in answer.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise error


async def delete_until(admin: Any, ends: dict[Any, int]) -> None:
    """Delete the records of these partitions that lie before the given offsets."""
    await admin.delete_records({one: RecordsToDelete(at) for one, at in ends.items()})
