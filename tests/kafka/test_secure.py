"""With a wrong authority, password or certificate nothing goes: soon, and the log says why."""

import asyncio

import pytest

from shared.environment.kafka_security import Security, security
from shared.kafka.client import KafkaOutage
from shared.kafka.producer import Producer
from shared.kafka.reader import TopicReader
from shared.kafka.topics import ensure_topics
from tests.kafka.secure import Authority, SecureKafka


def unknown_authority(kafka: SecureKafka) -> tuple[str, Security]:
    other = Authority(kafka.authority.folder, "another")
    mine = kafka.authority.certify("worker")
    return kafka.ssl, security("SSL", authority=other.file, certificate=(mine, mine))


def no_certificate(kafka: SecureKafka) -> tuple[str, Security]:
    return kafka.ssl, security("SSL", authority=kafka.authority.file)


def wrong_password(kafka: SecureKafka) -> tuple[str, Security]:
    wrong = kafka.authority.folder / "wrong.password"
    wrong.write_text("wrong", encoding="ascii")
    return kafka.sasl, security(
        "SASL_SSL", authority=kafka.authority.file, user="worker", password=wrong
    )


def no_tls(kafka: SecureKafka) -> tuple[str, Security]:
    return kafka.sasl, security("PLAINTEXT")


async def test_who_cannot_prove_himself_is_refused_in_time_and_the_log_says_why(
    guarded: SecureKafka, caplog: pytest.LogCaptureFixture
) -> None:
    asked = []
    for door in (unknown_authority, no_certificate, wrong_password, no_tls):
        servers, mine = door(guarded)
        producer = Producer(servers, client="test", security=mine, limit=3)
        reader = TopicReader(servers, "g", ["x"], client="test", security=mine, limit=3)
        asked += [
            producer.send("x", [(b"k", b"v")]),
            reader.take(0.1),
            ensure_topics(servers, ["x"], security=mine, limit=3),
        ]
    async with asyncio.timeout(60):
        ends = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(end) for end in ends] == [KafkaOutage] * len(asked)
    assert "CERTIFICATE_VERIFY_FAILED" in caplog.text
    assert "Authentication failed" in caplog.text
