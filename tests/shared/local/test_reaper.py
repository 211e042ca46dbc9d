"""Who starts servers and is killed leaves nothing behind: no process, no folder."""

import asyncio
import json
import shutil
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.faults.server import new_folder
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[3]
RUNNER = """
import json, os, signal, sys, time
from pathlib import Path
from shared.local import fork_server
from shared.local.postgres_server import EmbeddedPostgres

place = Path(sys.argv[1])
server = EmbeddedPostgres(within=place)
server.start()
ours = [
    fork_server.start(name, time.sleep, 600, environment={}, log=place / "log")
    for name in ("at-work", "frozen")
]
os.kill(ours[1].pid, signal.SIGSTOP)
print(json.dumps([*server.pids(), *(one.pid for one in ours)]), flush=True)
time.sleep(600)
"""


@pytest.fixture
def place() -> Iterator[Path]:
    folder = new_folder()
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def over(one: psutil.Process) -> bool:
    """Whether it has ended; who inherits it may not have taken note yet."""
    try:
        return one.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


async def test_nothing_outlives_a_killed_runner(place: Path) -> None:
    command = [sys.executable, "-c", RUNNER, str(place)]
    runner = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE)
    assert runner.stdout is not None
    started = [psutil.Process(pid) for pid in json.loads(await runner.stdout.readline())]
    assert len(started) > 4  # the server's processes, and two of ours
    assert not any(over(one) for one in started)
    runner.kill()
    await runner.wait()
    await until(lambda: all(over(one) for one in started))
    await until(lambda: not list(place.glob("jl-pg-*")))
