"""One process of a test's service: an API or a worker, with its settings in the environment."""

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from services.__main__ import serve
from shared import crypto, logs
from shared.call import Call
from shared.operate import confirm_restore, rewind_source
from shared.settings import Settings
from shared.spec import Received, ServiceSpec, Subscription
from tests.shared.desk.spec import DESK
from tests.shared.mirror.spec import MIRROR

SPECS = {spec.name: spec for spec in (DESK, MIRROR)}


def slowed(spec: ServiceSpec, seconds: float) -> ServiceSpec:
    """The same service, whose effects take so long for each event."""

    def late(one: Subscription) -> Subscription:
        async def apply(call: Call, received: Sequence[Received]) -> None:
            await asyncio.sleep(seconds * len(received))
            await one.apply(call, received)

        return replace(one, apply=apply)

    return replace(spec, subscriptions=tuple(late(one) for one in spec.subscriptions))


OPERATE: dict[str, Any] = {"restored": confirm_restore, "rewind": rewind_source}


def operate(name: str, mode: str, environment: dict[str, str], log: str, given: Any) -> None:
    """An operator's command, after the fork: as `python -m services NAME MODE --OPTION VALUE`."""
    settings = _arrive(name, environment, log)
    sys.exit(asyncio.run(OPERATE[mode](SPECS[name], settings, **given)))


def run(name: str, mode: str, environment: dict[str, str], log: str, pace: float) -> None:
    """The whole life of one process, after the fork: as `python -m services NAME MODE`."""
    settings = _arrive(name, environment, log)
    spec = slowed(SPECS[name], pace) if pace else SPECS[name]
    sys.exit(asyncio.run(serve(spec, settings, api=mode == "api", worker=mode == "worker")))


def _arrive(name: str, environment: dict[str, str], log: str) -> Settings:
    """Be a process of its own: session, output, environment, keys."""
    os.setsid()
    kept = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(kept, sys.stdout.fileno())
    os.dup2(kept, sys.stderr.fileno())
    os.environ.clear()
    os.environ.update(environment)
    settings = Settings(service=name)
    logs.configure(settings)
    crypto.install(crypto.KeyRing.from_file(settings.key_file))
    return settings


NURSERY = multiprocessing.get_context("forkserver")
"""Processes are forked from one that has imported everything: a start takes a moment only."""
NURSERY.set_forkserver_preload([__name__])
