"""Logs: one line of JSON per event, with the trace, without numbers of people."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from shared.environment import logs
from shared.environment.settings import Settings
from tests.harness import Secrets


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch, secrets: Secrets) -> Iterator[io.StringIO]:
    text = io.StringIO()
    monkeypatch.setattr(sys, "stderr", text)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    settings = Settings(
        environment="test",
        service="desk",
        database_url="postgresql://unused/unused",
        jwks=str(secrets.jwks),
        key_file=secrets.key_file,
    )
    logs.configure(settings)
    yield text
    logs.configure(settings.model_copy(update={"log_format": "console"}))  # nothing goes to `text`
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def test_numbers_of_people_never_reach_the_log(lines: io.StringIO) -> None:
    for number in ("22010219900101123X", "13800138000", "6222021234567890123"):
        logs.log().info("event", note=f"号码{number}。")
        logging.getLogger("library").warning("from a library: %s", number)
    text = lines.getvalue()
    assert text.count("\n") == 6
    for line in text.splitlines():
        assert json.loads(line)["service"] == "desk"
    for number in ("22010219900101123", "13800138000", "6222021234567890123"):
        assert number not in text


@pytest.mark.parametrize("header", [None, "", "garbage", "00-" + "0" * 32 + "-00f067aa0ba902b7-01"])
def test_a_missing_or_bad_trace_is_replaced(header: str | None) -> None:
    made = logs.traceparent(header)
    assert logs.traceparent(made)[3:35] == made[3:35]
    assert made[3:35] != "0" * 32
