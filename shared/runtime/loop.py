"""What the loops of a worker share: where they work, when to stop, how to try again."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

import stamina
from stamina.instrumentation import set_on_retry_hooks

from shared.commands.spec import ServiceSpec
from shared.db.connections import Connections
from shared.db.engine import Sessions
from shared.environment.clock import Clock
from shared.environment.logs import log
from shared.environment.settings import Settings
from shared.events.consumer import is_transient
from shared.runtime.progress import Progress

T = TypeVar("T")

set_on_retry_hooks([])  # its log line would quote statements together with their values


@dataclass(frozen=True)
class Loop:
    """The surroundings of every loop of one process.

    `lead` is set while this one leads, `numbered` whenever events got their numbers.
    """

    spec: ServiceSpec
    settings: Settings
    sessions: Sessions
    connections: Connections
    clock: Clock
    stop: asyncio.Event
    progress: Progress
    lead: asyncio.Event = field(default_factory=asyncio.Event)
    numbered: asyncio.Event = field(default_factory=asyncio.Event)

    async def steadily(
        self, name: str, work: Callable[[], Awaitable[T]], *, once: bool = False
    ) -> T:
        """Do one thing, however often the database is away meanwhile; other errors are raised.

        It is a round of the loop `name`, which beats by it, also when the database was away; or,
        with `once`, no loop at all: what beats once and never again would count as stalled.
        """

        def again(error: Exception) -> bool:
            return is_transient(error) and not self.stop.is_set()

        try:  # making the retries ready costs more than most of what is done here
            result = await work()
        except Exception as error:
            if not again(error):
                raise
            await self.pause(0.1)
            async for attempt in stamina.retry_context(
                on=again, attempts=None, timeout=None, wait_initial=0.1, wait_max=5.0
            ):
                with attempt:
                    if not once:
                        self.progress.beat(name)
                    log().warning("again", loop=name, attempt=attempt.num + 1)
                    result = await work()
        if not once:
            self.progress.beat(name)
        return result

    async def unless_stopped(self, doing: asyncio.Task[T], grace: float = 0) -> T | None:
        """The result of what may take long; None when the order to stop comes first.

        Then it has `grace` seconds to end by itself, and is cancelled.
        """
        stopping = asyncio.create_task(self.stop.wait())
        try:
            await asyncio.wait([doing, stopping], return_when=asyncio.FIRST_COMPLETED)
            if grace and not doing.done():
                await asyncio.wait([doing], timeout=grace)
            return doing.result() if doing.done() else None
        finally:
            doing.cancel()
            stopping.cancel()
            await asyncio.gather(doing, stopping, return_exceptions=True)

    async def pause(self, seconds: float) -> None:
        """Sleep, but not beyond the order to stop."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stop.wait(), seconds)

    async def leads(self, name: str) -> bool:
        """Whether this process leads; waits a moment when it does not."""
        if not self.lead.is_set():
            self.progress.beat(name)
            await self.pause(0.1)
        return self.lead.is_set()
