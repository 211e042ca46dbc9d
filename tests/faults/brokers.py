"""Kafka that is killed, hangs, loses copies, or refuses; members of a group that come and go."""
# mypy: allow-untyped-calls

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from random import Random

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from shared.contracts.base import topic
from shared.kafka.topics import ensure_topics
from shared.local.kafka_server import LocalKafka
from tests.faults import restore
from tests.faults.clients import OK
from tests.faults.disk import fill, why_not
from tests.faults.rows import Row
from tests.faults.scale import Scale
from tests.faults.stage import HEAD, Stage
from tests.waiting import until

TOPIC = topic("desk")
CURSOR = "SELECT coalesce(max(position), 0) FROM sink_cursor"


async def limit(servers: str, bytes_: int) -> None:
    """Set the largest batch that the desk's topic takes."""
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        change = {"max.message.bytes": str(bytes_)}
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, TOPIC, change)])
    finally:
        await admin.close()


def accepted(stage: Stage) -> int:
    """Commands that were carried out so far."""
    return stage.journal.ends[OK]


async def broker_killed(stage: Stage, broker: LocalKafka, scale: Scale, dice: Random) -> None:
    """F5, F6: the only broker is killed and started again; the desk takes letters meanwhile."""
    async with stage.load(dice, 2):
        for _ in range(scale.broker_kills):
            await asyncio.sleep(scale.calm)
            await asyncio.to_thread(broker.kill)
            stage.events["broker killed"] += 1
            before = accepted(stage)
            await until(lambda before=before: accepted(stage) >= before + 20)
            await asyncio.to_thread(broker.restart)
        await asyncio.sleep(scale.calm)


async def broker_frozen(stage: Stage, broker: LocalKafka, scale: Scale, dice: Random) -> None:
    """F5, F32: the broker's port is open and nobody answers; workers still stop in time."""
    async with stage.load(dice, 2):
        await asyncio.sleep(scale.calm)
        broker.pause()
        stage.events["broker frozen"] += 1
        before = accepted(stage)
        await until(lambda: accepted(stage) >= before + 20)
        try:
            ends = [stage.members[name].end() for name in ("desk-worker", "mirror-worker")]
            assert await asyncio.gather(*ends) == [0, 0]
        finally:
            broker.resume()
        await stage.recover()


async def broker_disk_full(stage: Stage, broker: LocalKafka, scale: Scale, dice: Random) -> None:
    """F16: no room on the broker's disk, so that it halts; the desk takes letters meanwhile."""
    async with stage.load(dice, 2):
        await asyncio.sleep(scale.calm)
        ballast = await asyncio.to_thread(fill, broker.folder.parent)
        stage.events["disk full"] += 1
        try:
            await until(broker.ended, 60)
            cursor, before = await stage.value("desk", CURSOR), accepted(stage)
            await until(lambda: accepted(stage) >= before + 20)
            assert await stage.value("desk", CURSOR) == cursor < await stage.value("desk", HEAD)
        finally:
            ballast.unlink()
        await asyncio.to_thread(broker.restart)
        await until(lambda: stage.value_is_above("desk", CURSOR, cursor), 60)


async def record_refused(stage: Stage, broker: LocalKafka, scale: Scale, dice: Random) -> None:
    """F8: the broker refuses a record; the relay stops before it and nothing overtakes it."""
    await stage.settled()
    await limit(broker.servers, 200)
    try:
        async with stage.load(dice, 2):
            await until(lambda: stage.value_is_above("desk", HEAD, 20))
            cursor = await stage.value("desk", CURSOR)
            await asyncio.sleep(scale.calm)
        head = await stage.settled_log()
        assert await stage.value("desk", CURSOR) == cursor < head
        taken = "SELECT coalesce(max(position), 0) FROM inbox"
        assert await stage.value("mirror", taken) <= cursor
    finally:
        await limit(broker.servers, 1048588)


async def members_come_and_go(stage: Stage, broker: LocalKafka, scale: Scale, dice: Random) -> None:
    """F22: three readers of one group, of which one is killed or told to stop all the time."""
    names = ["mirror-worker", "mirror-worker-2", "mirror-worker-3"]
    for name in names[1:]:
        stage.launch(name)
    await stage.ready(*names)
    async with stage.load(dice, 2):
        for number in range(3 * scale.rounds):
            await asyncio.sleep(scale.calm + dice.random())
            name = names[number % 3]
            if number % 3 == 0:  # the group waits ten seconds for one that is gone without a word
                stage.kill(name)
            else:
                assert await stage.members[name].end() == 0
            stage.launch(name)
            stage.events["member replaced"] += 1


async def relay_killed(stage: Stage, broker: LocalKafka, scale: Scale, dice: Random) -> None:
    """F1, F2, F21: relay and reader are killed between their steps; a zombie relay wakes up."""
    stage.launch("desk-worker-2")
    await stage.ready("desk-worker-2")
    async with stage.load(dice, 2):
        for _ in range(scale.rounds):
            await asyncio.sleep(scale.calm * dice.random())
            for name in ("desk-worker", "mirror-worker"):
                stage.restarted(name)
            await stage.ready("desk-worker", "mirror-worker")
            zombie = stage.members["desk-worker-2"]
            zombie.send(signal.SIGSTOP)
            await stage.sql("desk", LEADERS_END)
            await asyncio.sleep(scale.calm)
            zombie.send(signal.SIGCONT)
            stage.events["SIGSTOP"] += 1


LEADERS_END = """
    SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a
    WHERE a.application_name LIKE 'housing-leader-%' AND a.datname = 'desk'
"""


async def copies_lost(stage: Stage, brokers: LocalKafka, scale: Scale, dice: Random) -> None:
    """F7: of three brokers one is lost unnoticed; with two gone the relay waits; all comes."""
    async with stage.load(dice, 2):
        await asyncio.sleep(scale.calm)
        await asyncio.to_thread(brokers.kill, 2)
        stage.events["broker killed"] += 1
        before = await stage.value("desk", CURSOR)
        await until(lambda: stage.value_is_above("desk", CURSOR, before), 60)
        await asyncio.to_thread(brokers.kill, 3)
        stage.events["broker killed"] += 1
        before = accepted(stage)
        await until(lambda: accepted(stage) >= before + 20)
        await asyncio.to_thread(brokers.restart, 2)
        await asyncio.to_thread(brokers.restart, 3)
        await asyncio.sleep(scale.calm)


async def restored(stage: Stage, broker: LocalKafka, scale: Scale, dice: Random) -> None:
    """F30 over Kafka: the topic, too, holds what exists no more."""
    await restore.restored(stage, scale, dice)


Play = Callable[[Stage, LocalKafka, Scale, Random], Awaitable[None]]

ONE_BROKER: tuple[tuple[str, str, Play], ...] = (
    ("F5 F6", "唯一的 Kafka 节点反复 kill -9 再启动", broker_killed),
    ("F5 F32", "Kafka 无响应，此时 SIGTERM", broker_frozen),
    ("F8", "Kafka 拒收记录：转发停在它之前", record_refused),
    *(() if why_not() else (("F16", "Kafka 磁盘写满停机，腾出空间后重启", broker_disk_full),)),
    ("F22", "同组读者不断更替", members_come_and_go),
    ("F30", "数据库丢失，从较早的备份恢复（Kafka）", restored),
    ("F1 F21", "转发、接收 kill -9，转发 SIGSTOP 后苏醒（Kafka）", relay_killed),
)
THREE_BROKERS: tuple[tuple[str, str, Play], ...] = (
    ("F7", "三个 Kafka 节点先后失去一个、两个", copies_lost),
)


def rows_on(kafka: LocalKafka, of: Sequence[tuple[str, str, Play]]) -> list[Row]:
    """The scenarios as rows of the matrix, on this cluster."""

    def on(scenario: Play) -> Callable[[Stage, Scale, Random], Awaitable[None]]:
        return lambda stage, scale, dice: scenario(stage, kafka, scale, dice)

    return [Row(ids, label, on(scenario)) for ids, label, scenario in of]


async def topic_ready(servers: str) -> None:
    """The desk's topic."""
    await ensure_topics(servers, [TOPIC])
