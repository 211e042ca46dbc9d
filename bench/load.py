"""The HTTP client of the bench: raw sockets and httptools on uvloop, requests made beforehand.

It is in the bench's own process and costs some 40 µs a request, so that it is never the
bottleneck; both sides are asked by the same client.
"""

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

import httptools

from bench.measure import Sample


def request(
    method: str, path: str, *, token: str = "", body: object = None, **headers: str
) -> bytes:
    """The bytes of one request; `idempotency_key="…"` becomes the header Idempotency-Key."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bench"]
    content = b""
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body is not None:
        content = json.dumps(body, ensure_ascii=False).encode()
        lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    elif method != "GET":
        lines.append("Content-Length: 0")
    lines += [f"{name.replace('_', '-').title()}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


@dataclass(slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class UnexpectedAnswer(Exception):
    """An answer that the bench did not expect."""


class _Connection(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        self._waiting: asyncio.Future[Answer] | None = None
        self._transport: asyncio.WriteTransport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._parts: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionError("closed while waiting"))

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._parts = []

    def on_body(self, part: bytes) -> None:
        self._parts.append(part)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if not self._parser.should_keep_alive():  # the server says that it hangs up
            self.close()
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(Answer(status, b"".join(self._parts)))

    @property
    def open(self) -> bool:
        """Whether the other side still listens."""
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, raw: bytes) -> Answer:
        """Send one request and wait for its answer."""
        if self._transport is None:
            raise ConnectionError("closed")
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(raw)
        return await self._waiting

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


@dataclass
class Client:
    """Connections to one server."""

    url: str
    free: list[_Connection] = field(default_factory=list)
    every: list[_Connection] = field(default_factory=list)

    async def connection(self) -> _Connection:
        """An idle connection, or a new one."""
        while self.free:
            found = self.free.pop()
            if found.open:
                return found
        where = urlsplit(self.url)
        loop = asyncio.get_running_loop()
        _, made = await loop.create_connection(_Connection, where.hostname or "", where.port or 0)
        self.every.append(made)
        return made

    async def ask(self, raw: bytes, *expected: int) -> Answer:
        """One request over any connection. Raises `UnexpectedAnswer` for another status."""
        connection = await self.connection()
        answer = await connection.ask(raw)
        self.free.append(connection)
        if expected and answer.status not in expected:
            raise UnexpectedAnswer(f"{answer.status} {answer.body[:500].decode(errors='replace')}")
        return answer

    async def all(
        self, raws: Sequence[bytes], width: int, *expected: int, in_lanes: bool = False
    ) -> Sample:
        """Every request, `width` at a time, as fast as they are answered.

        `in_lanes`: a request waits for the answer to that which stands `width` places before it.
        """
        took: list[float] = []
        lanes = [iter(raws)] * width
        if in_lanes:
            lanes = [iter(raws[lane::width]) for lane in range(width)]
        started = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for lane in lanes:
                group.create_task(self._one_after_another(lane, took, expected))
        return Sample.of(time.perf_counter() - started, took)

    async def _one_after_another(
        self, raws: Iterator[bytes], took: list[float], expected: Sequence[int]
    ) -> None:
        connection = await self.connection()
        for raw in raws:
            sent = time.perf_counter()
            answer = await connection.ask(raw)
            took.append(time.perf_counter() - sent)
            if answer.status not in expected:
                raise UnexpectedAnswer(
                    f"{answer.status} {answer.body[:500].decode(errors='replace')}"
                )
        self.free.append(connection)

    def close(self) -> None:
        """Hang up."""
        for one in self.every:
            one.close()
        self.free.clear()
        self.every.clear()
