"""One process of a test's service: python -m tests.faults.process NAME api|worker (HOUSING_…)."""

import argparse
import asyncio
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


def main() -> int:
    """Read the command line and the environment."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.process", description=__doc__)
    parser.add_argument("name", choices=SPECS)
    parser.add_argument("mode", choices=("api", "worker"))
    parser.add_argument("--pace", type=float, default=0.0, help="seconds for each event")
    chosen = parser.parse_args()
    settings = Settings(service=chosen.name)
    logs.configure(settings)
    crypto.install(crypto.KeyRing.from_file(settings.key_file))
    spec = slowed(SPECS[chosen.name], chosen.pace) if chosen.pace else SPECS[chosen.name]
    api = chosen.mode == "api"
    return asyncio.run(serve(spec, settings, api=api, worker=not api))


if __name__ == "__main__":
    sys.exit(main())
