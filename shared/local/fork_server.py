"""Processes of services, forked from one that has imported what they need.

Importing costs a process more than a second of the machine; forked, they also share its memory.
In every other way each is a process of its own: session, environment, output.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from shared.local import reaper

_FORKS = multiprocessing.get_context("forkserver")


def preload(modules: Sequence[str]) -> None:
    """What the first process imports, before others are forked from it."""
    _FORKS.set_forkserver_preload([*modules, "shared.environment.gc_freeze"])


def start(
    name: str, work: Callable[..., int], *given: Any, environment: dict[str, str], log: Path
) -> ForkServerProcess:
    """Run `work(*given)` with nothing but `environment`; its result is the exit code.

    What it writes is added to `log`. It ends with us.
    """
    process = _FORKS.Process(target=_live, args=(work, given, environment, log), name=name)
    process.start()
    assert process.pid is not None
    reaper.end_with_us(process.pid)
    return process


def _live(
    work: Callable[..., int], given: tuple[Any, ...], environment: dict[str, str], log: Path
) -> None:
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    sys.exit(work(*given))
