"""What is entitled is what the broker allows: its whole topic to one, nothing to another."""

# mypy: allow-untyped-calls

import asyncio
import secrets
import shlex
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.admin import CreateAclsRequest, DeleteAclsRequest

from shared.contracts.base import topic
from shared.environment.kafka_security import Security, security
from shared.kafka.client import KafkaOutage
from shared.kafka.producer import Producer
from shared.kafka.reader import TopicReader
from shared.kafka.topics import ensure_topics
from shared.runtime.kafka_acls import Acl, lines, of_integrator, of_service
from tests.acting import Json, done, province
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.kafka.secure import SecureKafka
from tests.shared.desk.spec import DESK
from tests.shared.mirror.spec import MIRROR

_RESOURCE = {"topic": (2, 3), "group": (3, 4)}
"""The protocol's numbers: kind of resource, and whether its name is whole or a beginning."""
_OPERATION = {"Read": 3, "Write": 4, "Create": 5, "Describe": 8}
_ALLOW = 3


async def set_acls(
    kafka: SecureKafka, *, add: Sequence[Acl] = (), remove: Sequence[Acl] = ()
) -> None:
    """Do at the broker what the printed commands would do."""
    admin = AIOKafkaClient(bootstrap_servers=kafka.broker.servers)
    await admin.bootstrap()
    try:
        for kind, acls in ((CreateAclsRequest, add), (DeleteAclsRequest, remove)):
            for acl in acls:
                number, pattern = _RESOURCE[acl.resource]
                answer: Any = await admin.send(
                    admin.get_random_node(),
                    kind(
                        number, acl.name, pattern, f"User:{acl.user}", "*",
                        _OPERATION[acl.operation], _ALLOW,
                    ),
                )  # fmt: skip
                codes = answer.creation_responses if acl in add else answer.filter_responses
                assert codes[0][0] == 0, (acl, codes)
    finally:
        await admin.close()


def as_user(kafka: SecureKafka, name: str) -> Security:
    return security(
        "SASL_SSL", authority=kafka.authority.file, user=name, password=kafka.password_file(name)
    )


async def taken(kafka: SecureKafka, user: str, name: str, group: str) -> list[bytes]:
    """What a user reads of a topic from its beginning. Raises `KafkaOutage` when he may not."""
    reader = TopicReader(
        kafka.sasl, group, [name], client=user, security=as_user(kafka, user), limit=4, quiet=1
    )
    try:
        async with asyncio.timeout(20):
            while not (found := await reader.take(0.5)):
                pass
        return [one.value for one in found]
    finally:
        await reader.stop()


async def test_who_is_entitled_to_a_topic_reads_it_until_that_is_revoked(
    guarded: SecureKafka,
) -> None:
    desk = replace(DESK, name=f"desk{secrets.token_hex(3)}")
    mine, other = topic(desk.name), topic(f"other{secrets.token_hex(3)}")
    await ensure_topics(guarded.broker.servers, [mine, other])
    for name in (mine, other):
        producer = Producer(guarded.broker.servers, client="test")
        await producer.send(name, [(b"k", name.encode())])
        await producer.stop()
    entitled = of_integrator("bureau", desk.name)
    await set_acls(guarded, add=entitled)
    assert await taken(guarded, "bureau", mine, "bureau.1") == [mine.encode()]
    with pytest.raises(KafkaOutage):
        await taken(guarded, "bureau", other, "bureau.2")
    with pytest.raises(KafkaOutage):
        await taken(guarded, "bureau", mine, "somebody-elses-group")
    with pytest.raises(KafkaOutage):
        await taken(guarded, "stranger", mine, "stranger.1")
    writer = Producer(guarded.sasl, client="bureau", security=as_user(guarded, "bureau"), limit=4)
    with pytest.raises(KafkaOutage):
        await writer.send(mine, [(b"k", b"forged")])
    await set_acls(guarded, remove=entitled[:2])
    with pytest.raises(KafkaOutage):
        await taken(guarded, "bureau", mine, "bureau.3")


async def test_a_service_does_its_work_with_its_own_rights_alone(guarded: SecureKafka) -> None:
    """The relay makes its topic and writes it; the reader of another service reads it."""
    desk = replace(DESK, name="stranger")
    await set_acls(guarded, add=of_service(desk, "housing"))
    mine = as_user(guarded, "stranger")
    await ensure_topics(guarded.sasl, [topic(desk.name)], security=mine, limit=10)
    producer = Producer(guarded.sasl, client="relay", security=mine, limit=10)
    await producer.send(topic(desk.name), [(b"k", b"v")])
    with pytest.raises(KafkaOutage):
        await producer.send("jl.housing.not-its-own.v1", [(b"k", b"v")])
    await producer.stop()
    rights = of_service(replace(MIRROR, name="bureau"), "housing")
    assert {acl.name for acl in rights if acl.operation == "Read"} == {
        topic("desk"), "housing-bureau",
    }  # fmt: skip


async def entitle(office: Office, client: str, region: str, kind: str) -> Json:
    body = {"client": client, "region": region, "types": [kind], "purpose": "统计"}
    return await done(province(office), "/v1/entitlements", body)


async def test_the_commands_give_a_topic_only_to_whom_all_of_it_is_entitled(
    open_office: OpenOffice,
) -> None:
    """A broker knows neither regions nor types: who has a part reads the feed."""
    office = await open_office("subsidy")
    kind = "cn.gov.jl.housing.subsidy.payment-paid.v1"
    await entitle(office, "bureau", "220000", "*")
    await entitle(office, "city", "220100", "*")
    await entitle(office, "finance", "220000", kind)
    gone = await entitle(office, "former", "220000", "*")
    path = f"/v1/entitlements/{gone['id']}/revocation"
    await done(province(office), path, {"reason": "协议到期"}, gone["version"])
    async with office.sessions() as session:
        told = await lines(session, office.spec, "housing")
    words = [shlex.split(line) for line in told if not line.startswith("#")]
    given = {
        (w[w.index("--allow-principal") + 1], w[1], w[w.index("--operation") + 1]) for w in words
    }
    assert {g for g in given if g[0] != "User:subsidy"} == {
        ("User:bureau", "--add", "Read"),
        ("User:bureau", "--add", "Describe"),
        ("User:former", "--remove", "Read"),
        ("User:former", "--remove", "Describe"),
    }
    assert {g[2] for g in given if g[0] == "User:subsidy"} == {
        "Write", "Create", "Read", "Describe",
    }  # fmt: skip
    feed_only = [line for line in told if "只走事件接口" in line]
    assert [line.split("：")[0] for line in feed_only] == ["# city", "# finance"]
