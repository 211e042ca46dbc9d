"""A TCP proxy that lets through, holds back without a word, or cuts."""

import asyncio
import contextlib
from dataclasses import dataclass

from tests.faults.phases import Phase, startup

_CHUNK = 64 * 1024


@dataclass
class _Way:
    """One connection through the proxy."""

    near: asyncio.StreamWriter
    far: asyncio.StreamWriter
    user: bytes = b""
    doomed: bool = False
    """Whether it ends with the next answer, of which half comes through."""

    def cut(self) -> None:
        self.near.transport.abort()
        self.far.transport.abort()


class Proxy:
    """Between a client and a port. While `hold()` lasts nothing passes, and nobody is told."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._open = asyncio.Event()
        self._open.set()
        self._refuses = False
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0
        self._phase: tuple[Phase, bytes] | None = None
        self.left = 0
        """Cuts that are still to come of the last `strike`."""
        self.linger = 0.0
        """Seconds between the last word of a server that closes and the end of the connection."""

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def hold(self) -> None:
        """A black hole: connections stand, new ones are taken, no byte arrives."""
        self._open.clear()

    def heal(self) -> None:
        """Let through again, also what was held back."""
        self._refuses = False
        self.left, self.linger = 0, 0.0
        self._open.set()

    def cut(self) -> None:
        """Reset every connection; new ones are possible at once."""
        for writer in list(self._writers):
            writer.transport.abort()

    def strike(self, phase: Phase, user: str, times: int) -> None:
        """Cut so many connections of a database user when they come to this phase."""
        self._phase, self.left = (phase, user.encode()), times

    def refuse(self) -> None:
        """Reset every connection and every new one until `heal()`."""
        self._refuses = True
        self.cut()

    async def stop(self) -> None:
        """Close."""
        self.refuse()
        self._open.set()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        there: asyncio.StreamWriter | None = None
        try:
            await self._open.wait()
            if self._refuses:
                return
            back, there = await asyncio.open_connection("127.0.0.1", self._target)
            self._writers.add(there)
            async with asyncio.TaskGroup() as both:
                way = _Way(writer, there)
                both.create_task(self._pass(reader, there, way))
                both.create_task(self._pass(back, writer, way))
        except* OSError:
            pass
        finally:
            for one in (writer, there):
                if one is not None:
                    self._writers.discard(one)
                    one.transport.abort()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: _Way
    ) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                await self._open.wait()
                if writer is way.far and self._struck(way, chunk):
                    break
                if writer is way.near and way.doomed:
                    writer.write(chunk[: len(chunk) // 2])
                    break
                writer.write(chunk)
                await writer.drain()
            if writer is way.near and self.linger:
                await asyncio.sleep(self.linger)
        way.cut()

    def _struck(self, way: _Way, sent: bytes) -> bool:
        """Whether the connection ends before the server gets this."""
        if startup(sent):
            way.user = sent.partition(b"user\0")[2].partition(b"\0")[0]
        if self._phase is None or not self.left:
            return False
        phase, user = self._phase
        if way.doomed or way.user != user or not phase.begins(sent):
            return False
        self.left -= 1
        way.doomed = phase.answered
        return not phase.answered
