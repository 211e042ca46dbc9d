"""Letters from the desk to its mirror over a real broker, by the loops that services run."""

import asyncio
import contextlib
import secrets
import string
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event
from sqlalchemy import select

from shared.contracts.base import topic
from shared.domain.roles import Role
from shared.kafka.reader import KafkaRecord, TopicReader
from shared.local.kafka_server import LocalKafka
from shared.runtime.intake import from_kafka
from shared.runtime.loop import Loop
from shared.runtime.progress import Progress
from shared.runtime.worker import run_worker
from tests.acting import done
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.kafka.secure import SecureKafka
from tests.shared.desk.spec import DESK
from tests.shared.mirror.spec import MIRROR
from tests.shared.mirror.tables import Effect, LetterCopy, RegionSum
from tests.shared.post import BODY, CHANGE

PROVINCE = "220000"


@pytest.fixture
async def desk(open_office: OpenOffice) -> Office:
    """The desk under a name, and so with a topic, of its own."""
    letters = "".join(secrets.choice(string.ascii_lowercase) for _ in range(8))
    return await open_office(replace(DESK, name=f"desk{letters}"))


@pytest.fixture
async def mirror(open_office: OpenOffice) -> Office:
    return await open_office(MIRROR)


@contextlib.asynccontextmanager
async def at_work(
    desk: Office, mirror: Office, servers: str, **more: object
) -> AsyncIterator[None]:
    """The desk's worker relays to Kafka; the mirror takes in from there. `more` are settings."""
    stop = asyncio.Event()
    kafka: dict[str, Any] = {
        "transport": "kafka",
        "kafka_servers": servers,
        "kafka_group": desk.spec.name,
        **more,
    }
    worker = desk.settings.as_worker().model_copy(update=kafka)
    reader = mirror.settings.as_worker().model_copy(update=kafka)
    taking = Loop(
        mirror.spec, reader, mirror.sessions, mirror.connections, mirror.clock, stop, Progress()
    )
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(run_worker(desk.spec, worker, stop))
        tasks.create_task(from_kafka(taking, (desk.spec.name,)))
        try:
            yield
        finally:
            stop.set()


async def write(client: httpx.AsyncClient, count: int) -> list[UUID]:
    """Post so many letters about 12.50 yuan; their ids."""
    return [UUID((await done(client, CHANGE, BODY))["id"]) for _ in range(count)]


async def answer_all(client: httpx.AsyncClient, ids: list[UUID]) -> None:
    items = [{"id": str(one), "version": 1} for one in ids]
    await done(client, "/v1/letters-answers", {"items": items})


async def effects(mirror: Office, count: int) -> list[tuple[UUID, int]]:
    """(letter, version) in the order of the effects, as soon as there are so many."""
    async with asyncio.timeout(60):
        while True:
            async with mirror.sessions() as session:
                found = select(Effect.subject, Effect.version).order_by(Effect.id)
                rows = (await session.execute(found)).all()
            if len(rows) >= count:
                return [(subject, version) for subject, version in rows]
            await asyncio.sleep(0.05)


async def assert_mirrored(mirror: Office, ids: list[UUID]) -> None:
    """Every letter is received and then answered there, each once."""
    seen = await effects(mirror, 2 * len(ids))
    assert sorted(seen) == sorted((one, version) for one in ids for version in (1, 2))
    assert all(seen.index((one, 1)) < seen.index((one, 2)) for one in ids)
    async with mirror.sessions() as session:
        states = (await session.execute(select(LetterCopy.id, LetterCopy.state))).all()
        totals = (await session.execute(select(RegionSum.letters, RegionSum.fen))).all()
    assert {row.id: row.state for row in states} == dict.fromkeys(ids, "answered")
    assert [tuple(row) for row in totals] == [(len(ids), 1250 * len(ids))]


async def records_of(servers: str, desk: Office, count: int) -> list[KafkaRecord]:
    """The desk's topic as an integrator reads it from its beginning."""
    name = topic(desk.spec.name)
    reader = TopicReader(servers, f"{name}.integrator", [name], client="integrator")
    found: list[KafkaRecord] = []
    async with asyncio.timeout(20):
        while len(found) < count:
            batch = await reader.take(1)
            await reader.done(batch)
            found += batch
    await reader.stop()
    return found


async def test_kafka_and_the_feed_give_the_same_bytes(
    kafka: str, desk: Office, mirror: Office
) -> None:
    """Two doors to the same events; to an integrator every record is a CloudEvent."""
    street = desk.client(Role.STREET)
    async with at_work(desk, mirror, kafka):
        ids = await write(street, 30)
        await answer_all(street, ids)
        await assert_mirrored(mirror, ids)
    told: dict[int, KafkaRecord] = {}
    for record in await records_of(kafka, desk, 60):
        event = from_kafka_event(KafkaMessage(dict(record.headers), record.key, record.value))
        assert event.get_source() == f"/jilin/{desk.spec.name}"
        assert event.get_subject() == record.key.decode()
        told[int(event.get_extension("sequence"))] = record
    assert sorted(told) == list(range(1, 61))
    feed = await desk.client(Role.SERVICE, region=PROVINCE).get("/v1/events?limit=100")
    assert feed.content == b"[%b]" % b",\n".join(told[n].value for n in sorted(told))


async def test_letters_written_without_a_broker_arrive_when_it_is_back(
    broker: LocalKafka, desk: Office, mirror: Office
) -> None:
    """F5 F6: the desk accepts letters as ever; each has its effect once and in order."""
    street = desk.client(Role.STREET)
    async with at_work(desk, mirror, broker.servers):
        ids = await write(street, 1)
        await effects(mirror, 1)
        broker.kill()
        ids += await write(street, 19)
        await answer_all(street, ids)
        await asyncio.to_thread(broker.restart)
        await assert_mirrored(mirror, ids)


@pytest.mark.parametrize("door", ["certificate", "password"])
async def test_letters_go_through_tls_with_a_certificate_or_a_password(
    guarded: SecureKafka, desk: Office, mirror: Office, door: str
) -> None:
    if door == "certificate":
        mine = guarded.authority.certify("worker")
        servers, more = guarded.ssl, {
            "kafka_security": "SSL",
            "kafka_certificate_file": mine,
            "kafka_certificate_key_file": mine,
        }  # fmt: skip
    else:
        servers, more = guarded.sasl, {
            "kafka_security": "SASL_SSL",
            "kafka_user": "worker",
            "kafka_password_file": guarded.password_file("worker"),
        }  # fmt: skip
    street = desk.client(Role.STREET)
    async with at_work(desk, mirror, servers, kafka_ca_file=guarded.authority.file, **more):
        ids = await write(street, 3)
        await answer_all(street, ids)
        await assert_mirrored(mirror, ids)
