"""The cluster and its topics: who answers, what must be there, what was sent last, emptying."""
# mypy: allow-untyped-calls

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.environment.kafka_security import PLAIN, Security
from shared.environment.logs import log
from shared.kafka.client import (
    FAILURES,
    LIMIT,
    administration,
    create,
    delete_until,
    onlooker,
    time_limit,
)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Who answers at an address: the cluster's id and how many brokers it has now."""

    id: str
    brokers: int


async def cluster(servers: str, *, limit: float = 5.0) -> Cluster:
    """Who answers there. Raises `KafkaOutage`."""
    async with time_limit(limit, "metadata"), administration(servers, PLAIN) as admin:
        found = await admin.describe_cluster()
    return Cluster(str(found["cluster_id"]), len(found["brokers"]))


async def ensure_topics(
    servers: str,
    names: Sequence[str],
    *,
    security: Security = PLAIN,
    partitions: int = 6,
    replicas: int = 3,
    limit: float = LIMIT,
) -> None:
    """Create the topics that are missing, with `replicas` copies or as many as there are brokers.

    Tries again while the brokers start; raises `KafkaOutage` after the limit. A topic that exists
    stays as it is: more partitions would tear the order of its keys.
    """
    async with time_limit(limit, f"create {', '.join(names)}"):
        while True:
            try:
                async with administration(servers, security) as admin:
                    await _create_missing(admin, names, partitions, replicas)
                return
            except FAILURES as error:
                log().info("topics-not-ready", reason=type(error).__name__)
                await asyncio.sleep(0.5)


async def _create_missing(admin: Any, names: Sequence[str], partitions: int, most: int) -> None:
    missing = sorted(set(names) - set(await admin.list_topics()))
    if not missing:
        return
    replicas = min(most, len((await admin.describe_cluster())["brokers"]))
    # With three copies a write needs two: one broker may fail without loss and without a stop.
    options = {"min.insync.replicas": "2" if replicas > 2 else "1"}
    await create(admin, missing, partitions, replicas, options)


async def tips(servers: str, topic: str, security: Security = PLAIN) -> list[bytes]:
    """The last record of every partition that has one. Raises `KafkaOutage`."""
    async with (
        time_limit(LIMIT, f"last records of {topic}"),
        onlooker(servers, topic, security) as made,
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
    """Delete every record; the topic, its settings and rights stay. Raises `KafkaOutage`."""
    async with time_limit(LIMIT, f"empty {topic}"):
        async with onlooker(servers, topic, security) as made:
            behind = await made.end_offsets(made.assignment())
        async with administration(servers, security) as admin:
            await delete_until(admin, behind)
