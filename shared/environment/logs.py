"""Structured logs with a correlation id. Fields are chosen, never bodies, queries or people."""

import json
import logging
import re
import secrets
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

import structlog

from shared.environment.settings import Settings

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z-])\d{11,19}[Xx]?(?![0-9A-Za-z-])")


TRACE: ContextVar[str] = ContextVar("trace", default="")
"""The correlation id of the request that is being served."""


def traceparent(header: str | None) -> str:
    """The caller's W3C trace with a span of ours, or a fresh one."""
    fresh = secrets.token_hex(24)
    found = _TRACEPARENT.fullmatch(header) if header else None
    trace = found[1] if found and found[1] != "0" * 32 else fresh[16:]
    return f"00-{trace}-{fresh[:16]}-01"


def _traced(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if trace := TRACE.get():
        event["trace"] = trace
    return event


def _scrub(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _LONG_NUMBER.sub("[号码已隐去]", value)
    return event


def configure(settings: Settings) -> None:
    """Set up logging of the process: JSON lines on stderr, or text for people."""
    last: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        _traced,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, _scrub, last],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _scrub,
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(service=settings.service)
    _lines.configure(settings)


def log() -> Any:
    """The logger."""
    return structlog.get_logger()


class _Lines:
    """Writes the line of each request, of which only five values differ from one to the next."""

    def __init__(self) -> None:
        self._out: TextIO | None = None
        self._tail = ""

    def configure(self, settings: Settings) -> None:
        """Write JSON of our own from now on; text for people is left to structlog."""
        self._out = sys.stderr if settings.log_format == "json" else None
        self._tail = f'"level":"info","service":{json.dumps(settings.service)}}}\n'

    def write(self, method: str, route: str, status: int, milliseconds: int) -> None:
        """As `log().info("request", …)` would."""
        if self._out is None:
            log().info(
                "request", method=method, route=route, status=status, milliseconds=milliseconds
            )
            return
        self._out.write(
            f'{{"event":"request","method":"{method}","route":"{route}","status":{status},'
            f'"milliseconds":{milliseconds},"trace":"{TRACE.get()}",'
            f'"timestamp":"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",{self._tail}'
        )


_lines = _Lines()
request = _lines.write
