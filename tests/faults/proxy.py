"""A TCP proxy that lets through, holds back without a word, or cuts."""

import asyncio
import contextlib

_CHUNK = 64 * 1024


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
        self._open.set()

    def cut(self) -> None:
        """Reset every connection; new ones are possible at once."""
        for writer in list(self._writers):
            writer.transport.abort()

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
                both.create_task(self._pass(reader, there))
                both.create_task(self._pass(back, writer))
        except* OSError:
            pass
        finally:
            for one in (writer, there):
                if one is not None:
                    self._writers.discard(one)
                    one.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                await self._open.wait()
                writer.write(chunk)
                await writer.drain()
        writer.transport.abort()
