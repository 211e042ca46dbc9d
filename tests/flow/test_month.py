"""The README's demo, run as a newcomer runs it; and the same month over a real broker."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kafka.presence import kafka_here

ROOT = Path(__file__).resolve().parents[2]
FORMS = ("html", "pdf", "docx", "xlsx", "csv", "json")
UNITS = os.environ.get("MONTH_UNITS", "3")
"""How many units work, the first three have 9 offices; the whole province: 49, as `.ci/run` asks of
the demonstration itself. Every unit has its targets, reports and is ranked."""


def bulletin(*arguments: str) -> dict[str, str]:
    """Run the demo; the digests of the six forms of its bulletin."""
    command = [sys.executable, "-W", "error::RuntimeWarning", "-m", "deploy.demo", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=400, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "不符" not in done.stdout
    return {
        form: hashlib.sha256((ROOT / "out" / f"通报-2021-04.{form}").read_bytes()).hexdigest()
        for form in FORMS
    }


@pytest.fixture(scope="module")
def over_feed() -> dict[str, str]:
    return bulletin("--units", UNITS)


def test_the_month_over_the_feed(over_feed: dict[str, str]) -> None:
    """S11.1 S11.2: April happens, 49 units report, the bulletin is issued in six forms."""
    assert set(over_feed) == set(FORMS)
    ranking = json.loads((ROOT / "out" / "ranking.json").read_text("utf-8"))
    assert len(ranking["items"]) == 49
    for service in ("applications", "subsidy", "projects", "expropriation", "supervision"):
        assert json.loads((ROOT / "out" / "openapi" / f"{service}.json").read_text("utf-8"))[
            "paths"
        ]


def test_the_month_over_kafka_gives_the_same_bytes(over_feed: dict[str, str]) -> None:
    if not kafka_here():
        pytest.skip("没有 Java 17 与 Maven，也没有 KAFKA_BOOTSTRAP_SERVERS：Kafka 未验证")
    assert bulletin("--units", UNITS, "--kafka", "local") == over_feed
