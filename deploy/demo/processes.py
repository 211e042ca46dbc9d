"""The service processes, forked from one that has imported what all of them need.

Each is `python -m services NAME all` in every other way: own session, environment and log.
Importing costs a process more than a second of the machine; forked, they also share its memory.
"""

import multiprocessing
import os
import sys
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from services.__main__ import NAMES, main

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        __name__,
        "uvicorn.protocols.http.httptools_impl",
        "shared.calendar",
        "shared.identity",
        "shared.hot",
        *(f"shared.contracts.{name}" for name in NAMES),
    ]
)


def start(name: str, environment: dict[str, str], log: Path) -> ForkServerProcess:
    """Start a service with nothing but `environment`; it writes to `log`."""
    process = _FORKS.Process(target=_become, args=(name, environment, log), name=name)
    process.start()
    return process


def _become(name: str, environment: dict[str, str], log: Path) -> None:
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    sys.argv = ["services", name, "all"]
    sys.exit(main())
