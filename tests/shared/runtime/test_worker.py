"""The worker: it numbers, leads, runs the day, and stops when it is told to, whatever is away."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from shared.commands.context import CommandContext
from shared.commands.outbox import outbox
from shared.commands.spec import Job, ServiceSpec
from shared.db.engine import url_for
from shared.db.leader import Leadership
from shared.environment.settings import Settings
from shared.events.inbox import job_runs
from shared.runtime.loop import Loop
from shared.runtime.progress import Progress
from shared.runtime.worker import STOP_WITHIN, run_worker
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.shared.desk.spec import DESK
from tests.shared.mirror.spec import MIRROR
from tests.shared.post import as_owner, write_letters
from tests.waiting import until

LEADER = """
    SELECT a.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND l.objid = 1785462786
    AND a.datname = current_database()
"""


@contextlib.asynccontextmanager
async def working(
    spec: ServiceSpec, settings: Settings, progress: Progress | None = None
) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(spec, settings, stop, progress))
    try:
        yield stop
    finally:
        stop.set()
        async with asyncio.timeout(20):
            await worker


async def numbered(office: Office) -> int:
    async with office.sessions() as session:
        found = select(func.count()).select_from(outbox).where(outbox.c.position.is_not(None))
        return (await session.execute(found)).scalar_one()


async def leader(office: Office) -> int | None:
    rows = await as_owner(office, LEADER)
    return rows[0]["pid"] if rows else None


async def test_what_is_committed_is_numbered(office: Office) -> None:
    progress = Progress()
    async with working(DESK, office.settings.as_worker(), progress):
        for count in (3, 5):
            before = await numbered(office)
            await write_letters(office, count)

            async def all_numbered(expected: int = before + count) -> bool:
                return await numbered(office) == expected

            await until(all_numbered)
    assert progress.stalled() == []


async def test_the_lead_moves_when_the_leader_is_lost(office: Office) -> None:
    settings = office.settings.as_worker()
    async with working(DESK, settings), working(DESK, settings):

        async def somebody_leads() -> bool:
            return await leader(office) is not None

        await until(somebody_leads)
        for _ in range(2):
            lost = await leader(office)
            await as_owner(office, f"SELECT pg_terminate_backend({lost})")

            async def another_leads(lost: int | None = lost) -> bool:
                return await leader(office) not in (None, lost)

            await until(another_leads)
            before = await numbered(office)
            await write_letters(office, 2)

            async def both_numbered(expected: int = before + 2) -> bool:
                return await numbered(office) == expected

            await until(both_numbered)
    assert await leader(office) is None


async def test_one_leads_and_the_other_waits(office: Office) -> None:
    url = url_for(office.settings.as_worker())
    async with Leadership(url) as first, Leadership(url) as second:
        assert await first.held()
        assert not await second.held()
        assert await first.held()
        await first.release()
        assert await second.held()
        assert not await first.held()


async def test_a_leader_that_is_silent_loses_the_lead(office: Office) -> None:
    url = url_for(office.settings.as_worker())
    async with Leadership(url, lease=1) as silent, Leadership(url, lease=1) as other:
        assert await silent.held()

        async def moved() -> bool:
            return await other.held()

        await until(moved)
        assert not await silent.held()


async def test_the_leader_runs_the_jobs_of_the_day(office: Office) -> None:
    async def nothing(call: CommandContext) -> int:
        return 0

    async with working(
        replace(DESK, jobs=(Job("quiet", "安静", nothing),)), office.settings.as_worker()
    ):

        async def noted() -> bool:
            async with office.sessions() as session:
                return (await session.execute(select(job_runs.c.job))).first() is not None

        await until(noted)


async def test_it_stops_in_the_middle_of_a_long_job(office: Office) -> None:
    running = asyncio.Event()

    async def endless(call: CommandContext) -> int:
        running.set()
        await asyncio.sleep(0.01)
        return 1

    spec = replace(DESK, jobs=(Job("endless", "无尽", endless),))
    async with working(spec, office.settings.as_worker()), asyncio.timeout(30):
        await running.wait()
    async with office.sessions() as session:
        assert (await session.execute(select(job_runs.c.job))).first() is None


async def test_it_stops_without_a_fault_while_database_and_source_are_away(office: Office) -> None:
    away = office.settings.model_copy(
        update={
            "database_url": "postgresql://x@127.0.0.1:1/x",
            "feed_urls": {"desk": "http://127.0.0.1:1"},
        }
    )
    began = time.monotonic()
    async with working(MIRROR, away):
        await asyncio.sleep(0.3)
    assert time.monotonic() - began < 20


async def test_it_does_not_wait_for_a_source_that_holds_its_answer_back(
    open_office: OpenOffice,
) -> None:
    mirror = await open_office(MIRROR)
    asked = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    urls = {"desk": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"}
    settings = mirror.settings.as_worker().model_copy(update={"feed_urls": urls})
    async with working(MIRROR, settings):
        await asked.wait()
        began = time.monotonic()
    assert time.monotonic() - began < STOP_WITHIN
    server.close()
    await server.wait_closed()


async def test_a_loop_gets_on_while_the_database_is_away_and_a_single_deed_is_no_loop(
    office: Office,
) -> None:
    progress = Progress(stalled_after=0.2)
    clock, stop = office.clock, asyncio.Event()
    loop = Loop(DESK, office.settings, office.sessions, office.connections, clock, stop, progress)
    tries = 0

    async def back_at_the_third_try() -> int:
        nonlocal tries
        tries += 1
        assert "numbering" not in progress.stalled()
        await asyncio.sleep(0.3)
        if tries < 3:
            raise ConnectionResetError
        return tries

    async def back_at_once() -> int:
        return 0

    progress.beat("numbering")
    assert await loop.steadily("numbering", back_at_the_third_try) == 3
    assert await loop.steadily("start", back_at_once, once=True) == 0
    await asyncio.sleep(0.3)
    assert progress.stalled() == ["numbering"]


async def test_a_loop_that_breaks_ends_the_worker_loudly(open_office: OpenOffice) -> None:
    mirror = await open_office(MIRROR)
    with pytest.raises(KeyError, match="desk"):  # nobody said where the desk's feed is
        await run_worker(MIRROR, mirror.settings.as_worker(), asyncio.Event())
