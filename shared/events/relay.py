"""The relay: numbered events in order to Kafka, the cursor moved after every acknowledgement.

It stops at the first record that fails and goes on from its cursor: a record may come twice, none
is lost or overtaken. The cursor moves only from where this process read it, so that a second relay
that was elected meanwhile is noticed.
"""

import asyncio
from typing import Any

from shared.contracts.base import topic
from shared.db.connections import Connections
from shared.events.envelope import written
from shared.kafka.producer import Producer

BATCH = 2000
_CURSOR = "SELECT position FROM sink_cursor WHERE sink = 'kafka'"
_MOVE = """
    INSERT INTO sink_cursor AS cursor (sink, position) VALUES ('kafka', $1)
    ON CONFLICT (sink) DO UPDATE SET position = excluded.position WHERE cursor.position = $2
    RETURNING sink"""


class Fenced(RuntimeError):
    """Another relay moved the cursor: this one must end."""


class Relay:
    """Sends what is numbered. Made anew after every failure: it begins at the cursor then."""

    def __init__(self, connections: Connections, service: str, producer: Producer) -> None:
        self._connections, self._producer = connections, producer
        self._service, self._topic = service, topic(service)
        self._after: int | None = None
        self._ahead: list[Any] = []
        self._numbered = f"""
            SELECT o.position, convert_to(o.subject::text, 'UTF8') AS key,
                   convert_to({written(service)}, 'UTF8') AS value
            FROM outbox AS o WHERE o.position > $1 ORDER BY o.position LIMIT {BATCH}"""

    async def forward(self) -> int:
        """Send the next events, await their acknowledgement, move the cursor; how many were sent.

        Behind a full batch the next one is read meanwhile. Raises `KafkaAway` when the broker did
        not take them all, `Fenced` when the cursor was moved.
        """
        if self._after is None:
            found = await self._connections.fetch(_CURSOR)
            self._after = found[0]["position"] if found else 0
        rows = self._ahead or await self._read(self._after)
        if not rows:
            return 0
        reached = rows[-1]["position"]
        records = [(row["key"], row["value"]) for row in rows]
        sending = self._producer.send(self._topic, records)
        if len(rows) < BATCH:
            self._ahead = []
            await sending
        else:
            _, self._ahead = await asyncio.gather(sending, self._read(reached))
        if not await self._connections.fetch(_MOVE, reached, self._after):
            raise Fenced(self._service)
        self._after = reached
        return len(rows)

    async def _read(self, after: int) -> list[Any]:
        return await self._connections.fetch(self._numbered, after)
