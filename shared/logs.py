"""Structured logs with a correlation id. Fields are chosen, never bodies, queries or people."""

import logging
import re
import secrets
import sys
from typing import Any

import structlog

from shared.settings import Settings

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z-])\d{11,19}[Xx]?(?![0-9A-Za-z-])")


def traceparent(header: str | None) -> str:
    """The caller's W3C trace with a span of ours, or a fresh one."""
    found = _TRACEPARENT.fullmatch(header or "")
    trace = found[1] if found and found[1] != "0" * 32 else secrets.token_hex(16)
    return f"00-{trace}-{secrets.token_hex(8)}-01"


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


def log() -> Any:
    """The logger."""
    return structlog.get_logger()
