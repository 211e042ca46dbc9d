"""Connections to the database that end in the middle of something: no process, no command ends."""

import asyncio
import time
from collections.abc import Callable
from random import Random

from shared.schema.access import api_role, worker_role
from tests.faults.clients import RECEIVING, REGIONS, UNKNOWN, receive
from tests.faults.phases import PHASES, Phase, bind, commit
from tests.faults.scale import Scale
from tests.faults.stage import Stage
from tests.waiting import until

USERS = (api_role("desk"), worker_role("desk"), worker_role("mirror"))
TERMINATE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name LIKE 'housing-%' AND random() < {share}
"""


def pids(stage: Stage) -> dict[str, int]:
    """Name -> process: whoever ended and was started again is another."""
    return {name: one.process.pid for name, one in stage.members.items() if one.running()}


async def in_every_phase(stage: Stage, scale: Scale, dice: Random) -> None:
    """F4: API and workers are cut off while they connect, prepare, execute, fetch and commit."""
    before = pids(stage)
    async with stage.load(dice, scale.clients):
        for phase in PHASES:
            for user in USERS:
                stage.database.strike(phase, user, scale.rounds)
                stage.database.cut()  # all have to connect, and to prepare, anew
                await until(lambda: stage.database.left == 0)
                stage.events["cut"] += scale.rounds
        # The server says goodbye to who does nothing, and the end itself comes late.
        stage.database.linger = 2 * scale.calm
        for _ in range(scale.rounds):
            await stage.sql("postgres", TERMINATE.format(share=1.0))
            await asyncio.sleep(3 * scale.calm)
            stage.events["cut"] += 1
        stage.database.linger = 0
        await asyncio.sleep(scale.calm)
    await _went_on(stage, before)


async def restarted_and_cut(stage: Stage, scale: Scale, dice: Random) -> None:
    """F3, F4: ordinary fast restarts of the server, and in between it cuts off some or all."""
    before = pids(stage)
    async with stage.load(dice, scale.clients):
        for _ in range(scale.rounds // 2):
            again = time.monotonic() + scale.restart_every
            while time.monotonic() < again:
                await asyncio.sleep(scale.cut_every)
                await stage.sql("postgres", TERMINATE.format(share=dice.choice((0.3, 0.7, 1.0))))
                stage.events["cut"] += 1
            await stage.server.restart()
            stage.events["database restart"] += 1
        await asyncio.sleep(scale.calm)
    await _went_on(stage, before)


async def in_doubt(stage: Stage, scale: Scale, dice: Random) -> None:
    """F4: the server carries a command out and its answer is lost: nobody does it again unasked."""
    before = pids(stage)
    for _ in range(scale.rounds):
        for url, begins in zip(RECEIVING, (bind, commit), strict=True):
            command = receive(stage.client(), REGIONS[0], dice, url)
            stage.journal.commands.append(command)
            # The statement of a change carries its key.
            mark = command.key.encode() if begins is bind else b""
            lost = Phase("lost", _with(mark, begins), answered=True)
            stage.database.strike(lost, USERS[0], 1)
            answer = await stage.journal.carry_out(command)
            assert answer is not None
            assert answer.status_code == 503, answer.text
            assert (command.outcome, stage.database.left) == (UNKNOWN, 0)
            there = f"SELECT count(*) FROM letter WHERE text = '{command.key}'"
            assert await stage.value("desk", there) == 1
            replayed = stage.journal.statuses["replayed"]
            await stage.journal.resolve()
            assert stage.journal.statuses["replayed"] == replayed + 1
            assert await stage.value("desk", there) == 1
            stage.events["cut"] += 1
    await _went_on(stage, before)


def _with(mark: bytes, begins: Callable[[bytes], bool]) -> Callable[[bytes], bool]:
    return lambda sent: begins(sent) and mark in sent


async def _went_on(stage: Stage, before: dict[str, int]) -> None:
    """Everything works again, and no process had to be started for it."""
    assert pids(stage) == before

    async def works() -> bool:
        return (await stage.client().get("/v1/letters")).status_code == 200

    await until(works)
    await stage.journal.resolve()
    await stage.settled()
    assert pids(stage) == before
