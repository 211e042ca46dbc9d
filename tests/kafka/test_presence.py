"""A run without Kafka says so; in CI it fails. What is tested is what the containers run."""

import re
from pathlib import Path

import pytest

from shared.local.kafka_server import LocalKafka, LocalKafkaError, kafka_version
from tests.kafka.presence import kafka_here, unverified

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither Java nor Maven nor a broker that somebody runs."""
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("JAVA_HOME", "KAFKA_BOOTSTRAP_SERVERS", "CI"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("bare_machine")
def test_without_java_the_run_says_what_to_install(tmp_path: Path) -> None:
    assert not kafka_here()
    assert re.match("Kafka 未验证：没有找到 java.*apt install openjdk-17", unverified())
    with pytest.raises(LocalKafkaError, match="请安装 Java 17"):
        LocalKafka(tmp_path / "jars", tmp_path / "kafka").start()


@pytest.mark.usefixtures("bare_machine")
def test_in_ci_a_missing_kafka_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="必须在真实 Kafka 上验证"):
        kafka_here()


def test_the_containers_run_the_version_that_is_tested() -> None:
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert re.findall(r"image: apache/kafka:(\S+)", compose) == [kafka_version()]
