"""Records in: taken in batches, and confirmed when their effect is in the database."""
# mypy: allow-untyped-calls

import asyncio
import contextlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from shared.environment.kafka_security import PLAIN, Security
from shared.environment.logs import log
from shared.kafka.client import (
    COURTESY,
    LIMIT,
    KafkaOutage,
    end_consumer,
    member,
    place,
    time_limit,
)
from shared.kafka.offsets import Offsets

REBALANCE = 20.0
"""Seconds that a group waits for a member that still works on a batch."""
COMMIT = 0.2
"""Seconds between two commits of offsets: one costs as much as taking in a few events."""
QUIET = 30.0
"""Seconds without a record after which a reader asks the broker whether there really is none."""


class KafkaRecord(NamedTuple):
    """One record of a topic, as it came."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()


def _record(one: Any) -> KafkaRecord:
    return KafkaRecord(
        one.topic, one.partition, one.offset, one.key or b"", one.value or b"", one.headers
    )


class TopicReader:
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
        self._servers, self._security = servers, security
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
        """Join the group. Raises `KafkaOutage`; `take` starts by itself as well."""
        if self._inner is not None:
            return
        self._forget()
        self._inner = await member(
            self._servers,
            self._security,
            self._group,
            self._topics,
            client=self._client,
            rebalance=REBALANCE,
            leaving=self._end_batch,
            limit=self._limit,
        )
        self._heard = asyncio.get_running_loop().time()

    async def take(self, wait: float = 1.0, most: int = 2000) -> list[KafkaRecord]:
        """The next records of all assigned partitions; [] when none came within `wait` seconds.

        Raises `KafkaOutage` when the consumer failed or is stuck; the next call joins afresh.
        """
        await self.start()
        try:
            async with time_limit(wait + self._limit, "take"):
                found = await self._next(wait, most)
        except KafkaOutage:
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

    async def _next(self, wait: float, most: int) -> dict[Any, list[Any]]:
        for (topic, number), offset in self._offsets.take_back().items():
            self._inner.seek(place(topic, number), offset)
        self._idle.set()  # whoever asks for more has ended the batch, well or not
        found = await self._fetched(wait, most)
        if not found and await self._should_have_come():
            found = await self._fetched(5.0, most)
            if not found:  # aiokafka can go silent for ever after a restart of the broker
                raise KafkaOutage("stuck: records wait and none comes")
        return found

    async def _fetched(self, wait: float, most: int) -> dict[Any, list[Any]]:
        """Records by partition. During a rebalance the fetch outlives this call and is resumed."""
        if self._fetch is None:
            fetching = self._inner.getmany(timeout_ms=int(wait * 1000), max_records=most)
            self._fetch = asyncio.create_task(fetching)
        await asyncio.wait([self._fetch], timeout=wait + 0.2)
        if not self._fetch.done():
            return {}
        fetch, self._fetch = self._fetch, None
        found: dict[Any, list[Any]] = fetch.result()
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

    async def done(self, records: Iterable[KafkaRecord]) -> None:
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
                async with time_limit(limit, "commit"):
                    offsets = {place(*partition): at for partition, at in due.items()}
                    await self._inner.commit(offsets)
            self._offsets.committed()
        except KafkaOutage as away:
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

    async def _end_batch(self) -> None:
        """Let the running batch end before its partitions move."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REBALANCE * 0.75):
                await self._idle.wait()
        await self._commit()
        self._forget()

    def _forget(self) -> None:
        self._offsets.forget()
        self._idle.set()
