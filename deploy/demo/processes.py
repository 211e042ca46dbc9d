"""The processes of services: each is `python -m services NAME MODE`, forked."""

from multiprocessing.context import ForkServerProcess
from pathlib import Path

from services.__main__ import NAMES, main
from shared.local import fork_server

fork_server.preload(
    [
        __name__,
        "uvicorn.protocols.http.httptools_impl",
        "shared.law.calendar",
        "shared.domain.identity",
        "shared.http.route",
        *(f"shared.contracts.{name}" for name in NAMES),
    ]
)


def start(name: str, mode: str, environment: dict[str, str], log: Path) -> ForkServerProcess:
    """Start a service with nothing but `environment`; what it writes is added to `log`."""
    return fork_server.start(name, main, [name, mode], environment=environment, log=log)
