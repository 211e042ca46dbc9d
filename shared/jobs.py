"""The jobs of a business day: each runs once a day, in chunks, by the leader."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from shared.clock import Clock
from shared.consumer import call_for
from shared.db import Sessions
from shared.inbox import job_runs
from shared.logs import log
from shared.spec import Job, ServiceSpec


async def run_job(sessions: Sessions, clock: Clock, job: Job, day: date) -> int:
    """Run a job of `day` to its end and note it; every chunk has its own transaction."""
    done = 0
    while True:
        async with sessions() as session, session.begin():
            count = await job.run(call_for(session, clock))
            if not count:
                note = insert(job_runs).values(day=day, job=job.name, done=done, at=clock.now())
                await session.execute(note.on_conflict_do_nothing())
                return done
        done += count


async def run_day(spec: ServiceSpec, sessions: Sessions, clock: Clock) -> bool:
    """Run what the day still owes; whether all of it is done. A job that fails stops no other."""
    day = clock.today()
    async with sessions() as session:
        known = select(job_runs.c.job).where(job_runs.c.day == day)
        over = set((await session.execute(known)).scalars())
    good = True
    for job in spec.jobs:
        if job.name in over:
            continue
        if clock.today() != day:
            return False
        try:
            done = await run_job(sessions, clock, job, day)
        except Exception as error:  # told, and tried again; the day stays open till it is mended
            good = False
            log().error("job-failed", job=job.name, kind=type(error).__name__)
        else:
            if done:
                log().info("job-done", job=job.name, count=done)
    return good
