"""A real broker for the session: the one that is given, or one of our own."""

import itertools
import secrets
from collections.abc import Awaitable, Callable, Iterator

import pytest

from shared.kafka.topics import ensure_topics
from shared.local.kafka_server import LocalKafka, missing
from tests.kafka.presence import JARS, address, kafka_here, local_name, verified_on
from tests.kafka.secure import SecureKafka, secure_kafka

NewTopic = Callable[..., Awaitable[str]]
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    """A broker of our own, which tests may stop and must leave running."""
    lacking = missing(JARS)
    if not kafka_here() or lacking:
        pytest.skip(f"停机试验需要本机的 Kafka：{lacking}")
    made = LocalKafka(JARS, tmp_path_factory.mktemp("kafka") / "broker")
    made.start()
    verified_on(local_name())
    yield made
    made.stop()


@pytest.fixture(scope="session")
def kafka(request: pytest.FixtureRequest) -> str:
    """The address of a real broker."""
    if address():
        verified_on(f"Kafka（{address()}）")
        return address()
    own: LocalKafka = request.getfixturevalue("broker")
    return own.servers


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecureKafka]:
    """A broker of our own that asks everybody who he is, and lets do what his rights say."""
    lacking = missing(JARS)
    if not kafka_here() or lacking:
        pytest.skip(f"TLS 和 SASL 需要本机的 Kafka：{lacking}")
    made = secure_kafka(JARS, tmp_path_factory.mktemp("guarded"), "worker", "bureau", "stranger")
    verified_on(local_name())
    yield made
    made.broker.stop()


@pytest.fixture
def new_topic(kafka: str) -> NewTopic:
    """`name = await new_topic(partitions=3)`: an empty topic that nobody else uses."""

    async def make(partitions: int = 3, servers: str = kafka) -> str:
        name = f"test.{secrets.token_hex(4)}.{next(_numbers)}"
        await ensure_topics(servers, [name], partitions=partitions)
        return name

    return make
