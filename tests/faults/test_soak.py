"""Every role under its own health check, idle and busy: nobody would be restarted for nothing.

`SOAK_MINUTES=10` is the long form, with the delay after which a loop counts as stalled as it is in
operation; the short form has a shorter one.
"""

import asyncio
import os
import shutil
import time
from random import Random

from tests.faults.oracle import check
from tests.faults.scale import SHORT, UNHURRIED
from tests.faults.server import new_folder
from tests.faults.stage import Stage

MINUTES = float(os.environ.get("SOAK_MINUTES", "0"))
STALLED, SECONDS = (60.0, MINUTES * 60) if MINUTES else (5.0, 14.0)
"""Seconds of the delay, and of the whole."""


async def live(stage: Stage, seconds: float) -> None:
    """Ask every process again and again; each answer must be that it lives."""
    ended = time.monotonic() + seconds
    while time.monotonic() < ended:
        for name in stage.members:
            assert await stage.answer(name, "/healthz/live") == (200, "ok")
        await asyncio.sleep(0.2)


async def test_every_role_stays_alive_idle_and_busy() -> None:
    folder = new_folder()
    async with Stage(folder, pause=UNHURRIED, stalled=STALLED) as stage:
        stage.launch("mirror-all-2")
        await stage.ready(*stage.members)
        await live(stage, SECONDS / 2)
        async with stage.load(Random(1), SHORT.clients):
            await live(stage, SECONDS / 2)
        await stage.journal.resolve()
        await check(stage)
    shutil.rmtree(folder, ignore_errors=True)
