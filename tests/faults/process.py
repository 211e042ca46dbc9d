"""One process of a test's service: an API or a worker, with its settings in the environment."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

from services.__main__ import keep_serving
from shared.commands.context import CommandContext
from shared.commands.spec import ServiceSpec, Subscription
from shared.contracts.received_event import ReceivedEvent
from shared.crypto import keyring
from shared.environment import logs
from shared.environment.settings import Settings
from shared.local import fork_server
from shared.runtime.operate import confirm_restore, rewind_source
from tests.shared.desk.spec import DESK
from tests.shared.mirror.spec import MIRROR

SPECS = {spec.name: spec for spec in (DESK, MIRROR)}


def slowed(spec: ServiceSpec, seconds: float) -> ServiceSpec:
    """The same service, whose effects take so long for each event."""

    def late(one: Subscription) -> Subscription:
        async def apply(call: CommandContext, received: Sequence[ReceivedEvent]) -> None:
            await asyncio.sleep(seconds * len(received))
            await one.apply(call, received)

        return replace(one, apply=apply)

    return replace(spec, subscriptions=tuple(late(one) for one in spec.subscriptions))


OPERATE: dict[str, Callable[..., Coroutine[Any, Any, int]]] = {
    "restored": confirm_restore,
    "rewind": rewind_source,
}


def operate(name: str, mode: str, given: Any) -> int:
    """An operator's command, after the fork: as `python -m services NAME MODE --OPTION VALUE`."""
    return asyncio.run(OPERATE[mode](SPECS[name], _settings(name), **given))


def run(name: str, mode: str, pace: float) -> int:
    """The whole life of one process, after the fork: as `python -m services NAME MODE`."""
    spec = slowed(SPECS[name], pace) if pace else SPECS[name]
    return keep_serving(spec, _settings(name), mode)


def _settings(name: str) -> Settings:
    """From the environment; logs and keys are as it says."""
    settings = Settings(service=name)
    logs.configure(settings)
    keyring.install(keyring.KeyRing.from_file(settings.key_file))
    return settings


fork_server.preload([__name__])
