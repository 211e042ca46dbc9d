"""Jobs: once per business day, in chunks, none in the way of another."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from shared.commands.context import CommandContext
from shared.commands.spec import Job
from shared.db.statement import Statement
from shared.domain.roles import Role
from shared.events.inbox import job_runs
from shared.runtime.jobs import FORGET_KEYS, JobInterruption, run_day, run_job
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.shared.desk.spec import DESK
from tests.shared.desk.tables import Letter
from tests.shared.post import hand_in, write_letters

DAY = date(2021, 4, 1)
OWED = Statement(select(Letter).where(Letter.state == "received").limit(2))


@pytest.fixture
async def office(open_office: OpenOffice) -> Office:
    office = await open_office(DESK)
    await write_letters(office, 7)
    return office


async def file_some(call: CommandContext) -> int:
    """Two letters at a time, without locks: a second worker at the same moment would do harm."""
    rows = await call.read(OWED)
    await asyncio.sleep(0.01)
    for row in rows:
        row.state = "filed"
        row.fen += 1000
        call.writes.change(row)
    return len(rows)


FILING = Job("filing", "归档", file_some)


async def noted(office: Office) -> dict[tuple[date, str], int]:
    async with office.sessions() as session:
        own = select(job_runs).where(job_runs.c.job != FORGET_KEYS.name)
        return {(r.day, r.job): r.done for r in await session.execute(own)}


async def test_a_job_runs_in_chunks_to_its_end_and_once_a_day(office: Office) -> None:
    assert await run_job(office.sessions, office.clock, FILING, DAY) == 7
    assert await noted(office) == {(DAY, "filing"): 7}
    await write_letters(office, 1)
    spec = replace(DESK, jobs=(FILING,))
    assert await run_day(spec, office.sessions, office.clock)
    assert await noted(office) == {(DAY, "filing"): 7}
    office.clock.move_to(DAY + timedelta(1))
    assert await run_day(spec, office.sessions, office.clock)
    assert await noted(office) == {(DAY, "filing"): 7, (DAY + timedelta(1), "filing"): 1}


async def test_two_workers_at_once_do_it_once(office: Office) -> None:
    """A worker that lost the lead may work a moment longer beside the new leader."""
    both = (run_job(office.sessions, office.clock, FILING, DAY) for _ in range(2))
    assert sum(await asyncio.gather(*both)) == 7
    async with office.sessions() as session:
        found = await session.execute(select(Letter.fen, Letter.state))
        assert Counter((fen // 1000, state) for fen, state in found) == {(1, "filed"): 7}


async def test_a_job_that_fails_stops_no_other_and_is_tried_again(office: Office) -> None:
    broken = True

    async def fail(call: CommandContext) -> int:
        await call.session.execute(text("UPDATE letter SET fen = 0"))
        if broken:
            raise LookupError
        return 0

    spec = replace(DESK, jobs=(Job("failing", "失败", fail), FILING))
    assert not await run_day(spec, office.sessions, office.clock)
    assert await noted(office) == {(DAY, "filing"): 7}
    broken = False
    assert await run_day(spec, office.sessions, office.clock)
    assert set(await noted(office)) == {(DAY, "filing"), (DAY, "failing")}


async def test_the_day_does_not_change_under_a_running_job(office: Office) -> None:
    days: list[date] = []

    async def late(call: CommandContext) -> int:
        days.append(call.today)
        office.clock.move_to(DAY + timedelta(1))
        return len(days) < 3

    await run_job(office.sessions, office.clock, Job("late", "跨日", late), DAY)
    assert days == [DAY] * 3


async def test_a_worker_that_is_told_to_stop_leaves_the_rest(office: Office) -> None:
    asked: list[bool] = []

    def twice() -> bool:
        asked.append(True)
        return len(asked) <= 2

    with pytest.raises(JobInterruption):
        await run_job(office.sessions, office.clock, FILING, DAY, twice)
    assert await noted(office) == {}
    assert await run_job(office.sessions, office.clock, FILING, DAY) == 3


async def test_a_key_is_forgotten_after_a_month(office: Office) -> None:
    """Until then the same request gets the same answer; the table does not grow for ever."""
    client = office.client(Role.STREET)
    first = await hand_in(client)
    assert first.status_code == 201
    office.clock.move_to(DAY + timedelta(29))
    assert await run_job(office.sessions, office.clock, FORGET_KEYS, office.clock.today()) == 0
    again = await hand_in(client)
    assert again.json() == first.json()
    office.clock.move_to(DAY + timedelta(31))
    assert await run_job(office.sessions, office.clock, FORGET_KEYS, office.clock.today()) == 1
