"""The worker of a service: number, relay, take in, run the day's jobs; until told to stop.

Any number of workers may run for one service. Taking in is shared between them; numbering,
relaying and jobs belong to the leader.
"""

import asyncio
import contextlib
import time
from collections.abc import Coroutine
from datetime import date
from functools import partial
from typing import Any

from shared.commands.spec import ServiceSpec
from shared.contracts.base import topic
from shared.crypto import keyring
from shared.db.connections import Connections
from shared.db.engine import dispose, engine_for, sessions_for, url_for
from shared.db.leader import Leadership
from shared.db.scope import EVERYTHING
from shared.environment.logs import log
from shared.environment.settings import Settings
from shared.events import checkpoint, restoration
from shared.events.consumer import is_transient, sources, watch_sources
from shared.events.relay import FencedRelay, Relay
from shared.events.sequencer import BATCH_SIZE, EVENTS, LOGS, WAITING, sequence
from shared.kafka.client import KafkaOutage
from shared.kafka.producer import Producer
from shared.kafka.topics import ensure_topics, tips
from shared.runtime.app import clock_for
from shared.runtime.intake import from_feed, from_kafka
from shared.runtime.jobs import run_day
from shared.runtime.loop import Loop
from shared.runtime.progress import Progress

LOOK = 0.01
"""Seconds between two rounds of the sequencer. Each round costs the same however much it numbers,
and so do the sending and the taking in behind it."""
LOOK_FULL = 0.03
"""The same while a round finds many rows: waiting collects more of them."""
MANY = 10
LOOK_CALM = 0.05
"""The same when no row has come for `CALM` seconds, so that a quiet service costs little."""
CALM = 5.0
POOL = 4
STOP_WITHIN = 15.0
BROKER_GRACE = 3.0
"""Seconds for everything, and for what the broker has in hand, to end after the order to stop."""


async def run_worker(
    spec: ServiceSpec, settings: Settings, stop: asyncio.Event, progress: Progress | None = None
) -> None:
    """Run all loops until `stop` is set. A loop that ends by an error ends them all, loudly."""
    few = settings.model_copy(update={"pool_size": min(settings.pool_size, POOL)})
    # Nobody waits for the answer, and everything may be seen.
    engine = engine_for(few, patience=10, reach=EVERYTHING.multirange)
    loop = Loop(
        spec,
        settings,
        sessions_for(engine),
        Connections(settings, engine),
        clock_for(settings),
        stop,
        progress or Progress(settings.stalled_after),
    )
    try:
        await loop.steadily("start", lambda: watch_sources(spec, loop.sessions), once=True)
        await loop.steadily("start", lambda: _whole(loop), once=True)
        own = [leading(loop), numbering(loop), working_days(loop), checkpointing(loop)]
        await _together(loop, [*own, *_edges(loop)])
    except Exception as error:
        if not (stop.is_set() and is_transient(error)):  # told to stop while the database is away
            raise
    finally:
        await dispose(engine)


async def _whole(loop: Loop) -> None:
    """Raise `RestoredLog` when the log is not what was signed for."""
    file = loop.settings.checkpoint_file
    if file is not None and file.exists():
        async with loop.sessions() as session:
            known = checkpoint.read(file, loop.spec.name)
            await restoration.against_checkpoints(session, keyring.installed(), known)


async def checkpointing(loop: Loop) -> None:
    """Sign where both logs stand, tell it as events, and write it to the file outside."""
    every = loop.settings.checkpoint_seconds
    due = time.monotonic() + every
    while not loop.stop.is_set():
        if await loop.leads("checkpoint") and time.monotonic() >= due:
            await loop.steadily("checkpoint", partial(_checkpoint, loop))
            due = time.monotonic() + every
        loop.progress.beat("checkpoint")
        await loop.pause(min(1.0, every))


async def _checkpoint(loop: Loop) -> int:
    file, now = loop.settings.checkpoint_file, loop.clock.now()
    return await checkpoint.keep(loop.sessions, loop.spec, now, keyring.installed(), file)


def _edges(loop: Loop) -> list[Coroutine[Any, Any, None]]:
    """The loops that meet other services: over Kafka, or one per feed."""
    names = sources(loop.spec)
    if loop.settings.transport == "kafka":
        edges = [relaying(loop), *([from_kafka(loop, names)] if names else [])]
        return [_with_little_patience(loop, one) for one in edges]
    return [from_feed(loop, name) for name in names]


async def _with_little_patience(loop: Loop, edge: Coroutine[Any, Any, None]) -> None:
    """What waits for a broker that does not answer need not be waited for when all is to end."""
    await loop.unless_stopped(asyncio.create_task(edge), grace=BROKER_GRACE)


async def _together(loop: Loop, loops: list[Coroutine[Any, Any, None]]) -> None:
    tasks = [asyncio.create_task(one) for one in loops]
    ended = asyncio.create_task(loop.stop.wait())
    await asyncio.wait([ended, *tasks], return_when=asyncio.FIRST_COMPLETED)
    loop.stop.set()
    _, late = await asyncio.wait(tasks, timeout=STOP_WITHIN)
    for task in (*late, ended):
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception):
            raise result


async def leading(loop: Loop) -> None:
    """Hold or seek the lead, once a second."""
    async with Leadership(url_for(loop.settings)) as leadership:
        while not loop.stop.is_set():
            if await leadership.held():
                loop.lead.set()
            else:
                loop.lead.clear()
            loop.progress.beat("leading")
            await loop.pause(1.0)


async def numbering(loop: Loop) -> None:
    """Number what was committed."""
    found = time.monotonic()
    while not loop.stop.is_set():
        if not await loop.leads("numbering"):
            continue
        done = await loop.steadily("numbering", partial(_number, loop))
        if done:
            found = time.monotonic()
        if done < BATCH_SIZE:
            calm = time.monotonic() - found > CALM
            await asyncio.sleep(LOOK_FULL if done >= MANY else LOOK_CALM if calm else LOOK)


async def _number(loop: Loop) -> int:
    """One round over both logs; how many rows got their number."""
    [owed] = await loop.connections.fetch(WAITING)
    done = 0
    for one in LOGS:
        if owed[one.name]:
            many = await sequence(loop.connections, loop.spec.name, one)
            if many and one is EVENTS:
                loop.numbered.set()  # at once: the relay need not wait for the audit log
            done += many
    return done


async def relaying(loop: Loop) -> None:
    """Send numbered events to Kafka; after any failure with a fresh producer, from the cursor."""
    name = topic(loop.spec.name)
    servers, security = loop.settings.kafka_servers, loop.settings.kafka_client()
    while not loop.stop.is_set():
        if not await loop.leads("relaying"):
            continue
        producer = Producer(servers, client=f"relay-{loop.spec.name}", security=security)
        try:
            relay = Relay(loop.connections, loop.spec.name, producer)
            await ensure_topics(servers, [name], security=security)
            loop.progress.beat("relaying")
            await producer.start()
            async with loop.sessions() as session:
                await restoration.against_topic(session, await tips(servers, name, security))
            loop.progress.beat("relaying")
            while loop.lead.is_set() and not loop.stop.is_set():
                loop.numbered.clear()
                sent = await relay.forward()
                loop.progress.beat("relaying")
                if not sent:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(loop.numbered.wait(), 1.0)
        except Exception as error:
            if not isinstance(error, KafkaOutage | FencedRelay) and not is_transient(error):
                raise
            log().warning("relay-stopped", kind=type(error).__name__)
            loop.progress.beat("relaying")
            await loop.pause(1.0)
        finally:
            await producer.stop()


async def working_days(loop: Loop) -> None:
    """Run the jobs of each business day; a day with a failed job is tried again."""
    over: date | None = None
    again = 0.0

    def go_on() -> bool:
        loop.progress.beat("jobs")
        return loop.lead.is_set() and not loop.stop.is_set()

    while not loop.stop.is_set():
        today = loop.clock.today()
        if await loop.leads("jobs") and today != over and time.monotonic() >= again:
            day = partial(run_day, loop.spec, loop.sessions, loop.clock, go_on)
            if await loop.steadily("jobs", day):
                over = today
            else:
                again = time.monotonic() + 5.0
        loop.progress.beat("jobs")
        await loop.pause(0.05)
