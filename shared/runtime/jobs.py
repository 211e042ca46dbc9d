"""The jobs of a business day: each runs once a day, in chunks, by the leader."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from shared.commands import idempotency
from shared.commands.context import CommandContext
from shared.commands.spec import Job, ServiceSpec
from shared.db.engine import Sessions
from shared.environment.clock import Clock
from shared.environment.logs import log
from shared.events.consumer import call_for
from shared.events.inbox import job_runs


async def _forget_keys(call: CommandContext) -> int:
    return await idempotency.forget(call.session, call.now)


FORGET_KEYS = Job("forget-keys", "清除过期的幂等键", _forget_keys)


def jobs_of(spec: ServiceSpec) -> tuple[Job, ...]:
    """The jobs of a service, and that of every service."""
    return (*spec.jobs, FORGET_KEYS)


class JobInterruption(Exception):
    """The worker stops or leads no longer: the rest of the job is another's."""


def _always() -> bool:
    return True


async def run_job(
    sessions: Sessions, clock: Clock, job: Job, day: date, go_on: Callable[[], bool] = _always
) -> int:
    """Run a job of `day` to its end and note it; every chunk has its own transaction.

    A chunk waits for that of another worker, which may believe for a moment longer that it leads.
    Raises `JobInterruption` when `go_on`, asked before each chunk, says no.
    """
    key = int.from_bytes(sha256(job.name.encode()).digest()[:8], signed=True)
    done = 0
    while go_on():
        async with sessions() as session, session.begin():
            await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
            noted = select(job_runs.c.job).where(job_runs.c.day == day, job_runs.c.job == job.name)
            if (await session.execute(noted)).first() is not None:
                return done
            call = replace(call_for(session, clock), today=day)
            count = await job.run(call)
            await call.write()
            if not count:
                note = insert(job_runs).values(day=day, job=job.name, done=done, at=clock.now())
                await session.execute(note)
                return done
        done += count
    raise JobInterruption(job.name)


async def run_day(
    spec: ServiceSpec, sessions: Sessions, clock: Clock, go_on: Callable[[], bool] = _always
) -> bool:
    """Run what the day still owes; whether all of it is done. A job that fails stops no other."""
    day = clock.today()
    async with sessions() as session:
        known = select(job_runs.c.job).where(job_runs.c.day == day)
        over = set((await session.execute(known)).scalars())
    good = True
    for job in jobs_of(spec):
        if job.name in over:
            continue
        if clock.today() != day:
            return False
        try:
            done = await run_job(sessions, clock, job, day, go_on)
        except JobInterruption:
            return False
        except Exception as error:  # noqa: BLE001 - told; the day stays open till it is mended
            good = False
            log().error("job-failed", job=job.name, kind=type(error).__name__)
        else:
            if done:
                log().info("job-done", job=job.name, count=done)
    return good
