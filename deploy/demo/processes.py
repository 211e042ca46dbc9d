"""The service processes: each is `python -m services NAME all`, forked."""

import sys
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from services.__main__ import NAMES, main
from shared import forked

forked.preload(
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
    return forked.start(name, _all, name, environment=environment, log=log)


def _all(name: str) -> int:
    sys.argv = ["services", name, "all"]
    return main()
