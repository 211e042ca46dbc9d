"""A topic that holds what no service of ours writes, read by the loop that services run.

IN.kafka.
"""

import asyncio
import contextlib
import secrets
import string
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, Self

import pytest
from aiokafka import AIOKafkaProducer

from shared.contracts.base import topic
from shared.events.consumer import positions
from shared.kafka.topics import ensure_topics
from shared.runtime.intake import from_kafka
from shared.runtime.loop import Loop
from shared.runtime.progress import Progress
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.inputs import letters, records
from tests.inputs.letters import Good
from tests.shared.desk.spec import DESK
from tests.shared.mirror.spec import MIRROR
from tests.waiting import until

ODD_HEADERS: dict[str, list[tuple[str, bytes]]] = {
    "no headers": [],
    "another content type": [("content-type", b"text/plain")],
    "binary headers": [("content-type", b"application/json"), ("ce_id", b"1"),
                       ("ce_source", b"/jilin/subsidy"), ("ce_type", b"x")],
    "headers that are no text": [("\u540d", b"\xff\xfe\x00")],
}  # fmt: skip
"""The value is the event: headers neither help nor harm."""
KEYS: dict[str, bytes | None] = {
    "no key": None,
    "empty key": b"",
    "key of another letter": b"0190a1b2-0000-7000-8000-000000000001",
    "key in capitals": b"0190A1B2-0000-7000-8000-00000000000A",
    "key that is no text": b"\xff\xfe",
}
_PRODUCER: Any = AIOKafkaProducer
CODECS = ("gzip", "snappy", "lz4", "zstd")
"""A cluster may compress its topics as it likes."""


def named() -> str:
    """A service, and so a topic, of one's own."""
    return "desk" + "".join(secrets.choice(string.ascii_lowercase) for _ in range(8))


@pytest.fixture
async def desk(open_office: OpenOffice) -> Office:
    return await open_office(replace(DESK, name=named()))


@pytest.fixture
async def mirror(open_office: OpenOffice) -> Office:
    return await open_office(MIRROR)


class Topic:
    """One topic that a test writes whatever it likes into; `places` are those of what it wrote."""

    def __init__(self, servers: str, service: str) -> None:
        self.servers, self.service, self.name = servers, service, topic(service)
        self.places: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        await ensure_topics(self.servers, [self.name], partitions=3)
        self.producer: Any = _PRODUCER(bootstrap_servers=self.servers, linger_ms=5)
        await self.producer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.producer.stop()

    async def write(self, key: bytes | None, value: bytes | None, **more: Any) -> str:
        """One record; its place."""
        if value is None and key is None:
            value = b""
        sent = await self.producer.send_and_wait(self.name, value, key, **more)
        return f"{sent.topic}/{sent.partition}/{sent.offset}"

    async def bad(self, label: str, good: Good, value: bytes | None, **more: Any) -> None:
        """Something bad where the letter's answer should stand, in the letter's partition."""
        key = more.pop("key", str(good.subject).encode())
        partition = self.places[str(good.subject)].split("/")[1]
        self.places[label] = await self.write(key, value, partition=int(partition), **more)

    async def good(self, *events: Good) -> None:
        """What the desk told, as its relay would write it."""
        for one in events:
            self.places[str(one.subject)] = await self.write(str(one.subject).encode(), one.raw)


@contextlib.asynccontextmanager
async def reading(mirror: Office, servers: str, *services: str) -> AsyncIterator[None]:
    """The mirror's loop over these topics; it must still run in the end."""
    kafka = {"transport": "kafka", "kafka_servers": servers, "kafka_group": services[0]}
    settings = mirror.settings.as_worker().model_copy(update=kafka)
    stop = asyncio.Event()
    loop = Loop(
        mirror.spec, settings, mirror.sessions, mirror.connections, mirror.clock, stop, Progress()
    )
    task = asyncio.create_task(from_kafka(loop, services))
    try:
        yield
        assert not task.done(), task.exception()
    finally:
        stop.set()
        await task


async def reached(mirror: Office, service: str) -> int:
    """How far a source is read without a gap."""
    async with mirror.sessions() as session:
        return (await positions(session)).get(service, 0)


async def test_what_is_no_event_is_a_dead_letter_and_the_rest_flows(
    kafka: str, desk: Office, mirror: Office
) -> None:
    """per aggregate and with a reason; nothing is lost and all can be mended."""
    values: dict[str, Any] = {
        **{label: change for label, (change, _) in records.INSTEAD.items()}, **records.AS_IT_IS
    }  # fmt: skip
    codes = {
        **{label: code for label, (_, code) in records.INSTEAD.items()},
        **dict.fromkeys(records.AS_IT_IS, ""), **dict.fromkeys(records.BYTES, "not-json"),
        "NaN": "envelope-invalid", "long number": "envelope-invalid",
        **dict.fromkeys(KEYS, "key-differs"), **dict.fromkeys(ODD_HEADERS, ""),
    }  # fmt: skip
    post = await letters.post(desk, list(codes))
    async with Topic(kafka, desk.spec.name) as records_of:
        answers = {id(one) for one in post.bad.values()}
        rest = [one for one in post.events if id(one) not in answers]
        early = [one for one in rest if b'"aggregateversion":1,' in one.raw]
        await records_of.good(*early)
        for label, good in post.bad.items():
            if label in records.BYTES:
                await records_of.bad(label, good, records.BYTES[label](good.raw))
            elif label in KEYS:
                await records_of.bad(label, good, good.raw, key=KEYS[label])
            elif label in ODD_HEADERS:
                await records_of.bad(label, good, good.raw, headers=ODD_HEADERS[label])
            else:
                changed = records.encoded(values[label](good.whole))
                await records_of.bad(label, good, changed)
        await records_of.good(*[one for one in rest if one not in early])
        async with reading(mirror, kafka, desk.spec.name):
            await until(lambda: letters.settled(mirror, post, len(post.events)), 60)

    def name(label: str) -> Any:
        return letters.place_name(desk.spec.name, records_of.places[label])

    await letters.assert_dead_letters(mirror, post, codes, name)
    await letters.assert_mended(mirror, post, name, desk.spec.name)


async def test_what_is_missing_may_come_later_and_compressed(
    kafka: str, desk: Office, mirror: Office
) -> None:
    """a gap of versions waits for what fills it, whatever it is packed with."""
    post = await letters.post(desk, list(CODECS))
    by_version = {
        n: [o for o in post.events if o.whole["aggregateversion"] == n] for n in (1, 2, 3)
    }
    async with Topic(kafka, desk.spec.name) as topic_of:
        await topic_of.good(*by_version[1], *by_version[3])
        async with reading(mirror, kafka, desk.spec.name):
            await until(lambda: letters.settled(mirror, post, 2 * len(by_version[1])))
            for codec, one in zip((*CODECS, None), by_version[2], strict=True):
                packing = _PRODUCER(bootstrap_servers=kafka, compression_type=codec)
                async with packing:
                    key = str(one.subject).encode()
                    await packing.send_and_wait(topic_of.name, one.raw, key)
            await until(lambda: letters.settled(mirror, post, len(post.events)))
    assert {code for code, _ in (await letters.waiting(mirror)).values()} == {"letter-unknown"}
    assert set((await letters.states(mirror)).values()) == {"answered"}
    await letters.assert_mended(mirror, post, lambda _: post.spared, desk.spec.name)


async def test_a_source_with_another_history_stands_still_and_the_others_go_on(
    kafka: str, desk: Office, mirror: Office, open_office: OpenOffice
) -> None:
    """same position other event, same id other position; no loop of crashes."""
    second = await open_office(replace(DESK, name=named()))
    posts = [await letters.post(one, ["one"]) for one in (desk, second)]
    names = [one.spec.name for one in (desk, second)]
    forged = records.encoded(
        posts[0].events[0].whole | {"id": "0190a1b2-0000-7000-8000-000000000077"}
    )
    async with (
        Topic(kafka, names[0]) as broken,
        Topic(kafka, names[1]) as whole,
        reading(mirror, kafka, *names),
    ):

        async def read_of(number: int, count: int) -> bool:
            return await reached(mirror, names[number]) == count

        await broken.good(*posts[0].events[:2])
        await whole.good(*posts[1].events[:1])
        await until(lambda: read_of(0, 2))
        await broken.write(str(posts[0].events[0].subject).encode(), forged)
        await broken.good(*posts[0].events[2:])
        await whole.good(*posts[1].events[1:])
        await until(lambda: read_of(1, len(posts[1].events)))
    assert await letters.waiting(mirror) == {}
