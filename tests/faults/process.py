"""One process of a test's service: an API or a worker, with its settings in the environment."""

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Sequence
from dataclasses import replace

from services.__main__ import serve
from shared import crypto, logs
from shared.call import Call
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


def run(name: str, mode: str, environment: dict[str, str], log: str, pace: float) -> None:
    """The whole life of one process, after the fork: as `python -m services NAME MODE`."""
    os.setsid()
    kept = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(kept, sys.stdout.fileno())
    os.dup2(kept, sys.stderr.fileno())
    os.environ.clear()
    os.environ.update(environment)
    settings = Settings(service=name)
    logs.configure(settings)
    crypto.install(crypto.KeyRing.from_file(settings.key_file))
    spec = slowed(SPECS[name], pace) if pace else SPECS[name]
    sys.exit(asyncio.run(serve(spec, settings, api=mode == "api", worker=mode == "worker")))


NURSERY = multiprocessing.get_context("forkserver")
"""Processes are forked from one that has imported everything: a start takes a moment only."""
NURSERY.set_forkserver_preload([__name__])
