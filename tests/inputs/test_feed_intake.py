"""A feed that holds or answers what no feed of ours does, read by the loop that services run.

IN.feed.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.events.consumer import positions
from shared.events.envelope import BATCH_MEDIA
from shared.runtime.intake import from_feed
from shared.runtime.loop import Loop
from shared.runtime.progress import Progress
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.inputs import letters, records
from tests.shared.desk.spec import DESK
from tests.shared.mirror.spec import MIRROR
from tests.waiting import until

Answer = tuple[int, str, bytes]
PAUSE = 0.05


class Source:
    """A server that answers one list of events as a feed would, after some odd `answers`."""

    def __init__(self, events: list[bytes], answers: list[Answer] | None = None) -> None:
        self.events, self.answers = events, answers or []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request and its answer."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            query = parse_qs(urlsplit(head.split()[1].decode()).query)
            status, kind, body = self._answer(int(query["after"][0]))
            if body == b"[]":
                await asyncio.sleep(PAUSE)
            lines = f"HTTP/1.1 {status} x\r\nContent-Type: {kind or BATCH_MEDIA}\r\n"
            lines += f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            writer.write(lines.encode() + body)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):  # the reader has gone
            pass
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    def _answer(self, after: int) -> Answer:
        if self.answers:
            return self.answers.pop(0)
        return 200, "", b"[" + b",".join(self.events[after : after + 50]) + b"]"


@contextlib.asynccontextmanager
async def reading(mirror: Office, source: Source) -> AsyncIterator[asyncio.Task[Any]]:
    """The mirror's loop at the source; it must still run in the end."""
    server = await asyncio.start_server(source.serve, "127.0.0.1", 0, limit=2**20)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    settings = mirror.settings.as_worker().model_copy(update={"feed_urls": {"desk": url}})
    stop = asyncio.Event()
    loop = Loop(
        mirror.spec, settings, mirror.sessions, mirror.connections, mirror.clock, stop, Progress()
    )
    task = asyncio.create_task(from_feed(loop, "desk"))
    try:
        yield task
        assert not task.done(), task.exception()
    finally:
        stop.set()
        await task
        server.close()
        await server.wait_closed()


@pytest.fixture
async def desk(open_office: OpenOffice) -> Office:
    return await open_office(DESK)


@pytest.fixture
async def mirror(open_office: OpenOffice) -> Office:
    return await open_office(MIRROR)


async def reached(mirror: Office) -> int:
    """How far the desk is read."""
    async with mirror.sessions() as session:
        return (await positions(session)).get("desk", 0)


async def test_what_is_no_event_is_a_dead_letter_and_the_rest_flows(
    desk: Office, mirror: Office
) -> None:
    """per aggregate and with a reason; nothing is lost and all can be mended."""
    changes = {label: change for label, (change, _) in records.INSTEAD.items()} | records.AS_IT_IS
    post = await letters.post(desk, list(changes))
    told = [one.raw for one in post.events]
    for label, good in post.bad.items():
        told[good.position - 1] = records.encoded(changes[label](good.whole))

    def name(label: str) -> Any:
        return letters.place_name("desk", str(post.bad[label].position))

    async def all_read() -> bool:
        return await reached(mirror) == len(told)

    async with reading(mirror, Source(told)):
        await until(all_read)
    codes = {label: code for label, (_, code) in records.INSTEAD.items()}
    await letters.assert_dead_letters(
        mirror, post, codes | dict.fromkeys(records.AS_IT_IS, ""), name
    )
    await letters.assert_mended(mirror, post, name, "desk")


async def test_an_answer_that_is_no_feed_is_passed_by_and_asked_for_again(
    desk: Office, mirror: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """whatever a gateway or a broken source says, nothing is taken from it."""
    monkeypatch.setattr(Loop, "pause", lambda *_: asyncio.sleep(PAUSE))
    post = await letters.post(desk, ["one"])
    gap = b"[" + post.events[3].raw + b"]"
    source = Source([one.raw for one in post.events], [*records.ANSWERS.values(), (200, "", gap)])

    async def all_read() -> bool:
        return await reached(mirror) == len(post.events)

    async with reading(mirror, source):
        await until(all_read)
    assert source.answers == []
    assert await letters.waiting(mirror) == {}


async def test_another_event_at_a_known_position_stops_this_source(
    desk: Office, mirror: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """same id, other place; same place, other id. Guessing would lose events."""
    monkeypatch.setattr(Loop, "pause", lambda *_: asyncio.sleep(PAUSE))
    post = await letters.post(desk, ["one"])
    first = post.events[0].whole
    again = records.encoded(first | {"sequence": "3"})
    told = [one.raw for one in post.events]
    source = Source([*told[:2], again, *told[3:]])

    async def both() -> bool:
        return await reached(mirror) == 2

    async with reading(mirror, source):
        await until(both)
        await asyncio.sleep(4 * PAUSE)
        assert await reached(mirror) == 2
        source.events = told  # the source has been put right

        async def all_read() -> bool:
            return await reached(mirror) == len(told)

        await until(all_read)
    assert await letters.waiting(mirror) == {}
