"""Whether a real Kafka can take part in this run, and what the run says about it at its end."""

import os
import tempfile
from pathlib import Path

import psutil
import pytest

from shared.local.kafka_server import kafka_version, missing

JARS = Path(__file__).resolve().parents[2] / ".cache" / "kafka"
"""Where the jars are kept: the same place as the demonstration's."""

_WORKER = "PYTEST_XDIST_WORKER"


def address() -> str:
    """A broker that somebody runs for the tests, or nothing."""
    return os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "")


def kafka_here() -> bool:
    """Whether there is a broker, or all that is needed to start one. In CI its absence fails."""
    lacking = None if address() else missing(JARS)
    if lacking is not None and os.environ.get("CI", "").lower() not in ("", "0", "false"):
        pytest.fail(f"CI 必须在真实 Kafka 上验证：{lacking}", pytrace=False)
    return lacking is None


def verified_on(broker: str) -> None:
    """Leave word that tests run against this broker."""
    _word().write_text(broker, encoding="utf-8")


def lines() -> list[str]:
    """The last lines of a test run; under xdist those of the controller alone are read."""
    if _WORKER in os.environ:
        return []
    word = _word()
    began = psutil.Process().create_time()
    if word.exists() and word.stat().st_mtime >= began:
        broker = word.read_text(encoding="utf-8")
        word.unlink()
        return [f"Kafka：已在真实 {broker} 上验证"]
    return [unverified()]


def unverified() -> str:
    """Why nothing was proved on a real Kafka."""
    lacking = None if address() else missing(JARS)
    return f"Kafka 未验证：{lacking or '本次没有运行 tests/kafka'}"


def local_name() -> str:
    """What the broker from Maven's jars is called."""
    return f"Apache Kafka {kafka_version()}"


def _word() -> Path:
    """A file that the run's processes share: it is named after the first of them."""
    first = os.getppid() if _WORKER in os.environ else os.getpid()
    return Path(tempfile.gettempdir()) / f"jilin-anju-kafka-{first}"
