"""Where a service stands: its day, its log, what it has taken in and what waits for a person."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.commands.outbox import outbox
from shared.commands.spec import ServiceSpec
from shared.domain.fields import Output
from shared.domain.roles import Role
from shared.environment.clock import Clock
from shared.events.inbox import consumer_pos, dead_letter, inbox, job_runs
from shared.http.deps import Reading, allow
from shared.http.route import router as make_router
from shared.runtime.jobs import jobs_of

router = make_router("/status", "status", "运行情况")


class StatusOut(Output):
    """The figures that operators and the demonstration watch."""

    service: str
    business_day: str
    now: str
    head: int
    pending: int
    jobs_done: bool
    consumed: dict[str, int]
    dead_letters: int


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """The queue figures of one service."""

    head: int
    pending: int
    oldest_seconds: float
    jobs_done: bool
    consumed: dict[str, int]
    quiet_seconds: dict[str, float]
    """Source -> how long ago the last event came in, of those that ever told one."""
    dead_letters: int


async def figures(session: AsyncSession, spec: ServiceSpec, clock: Clock) -> QueueFigures:
    """Read the figures in a few indexed statements."""
    head = (
        await session.execute(select(func.coalesce(func.max(outbox.c.position), 0)))
    ).scalar_one()
    waiting = select(func.count(), func.min(outbox.c.at)).where(outbox.c.position.is_(None))
    pending, oldest = (await session.execute(waiting)).one()
    last = and_(
        inbox.c.source == consumer_pos.c.source, inbox.c.position == consumer_pos.c.position
    )
    reached = select(consumer_pos.c.source, consumer_pos.c.position, inbox.c.at)
    rows = (await session.execute(reached.select_from(consumer_pos.outerjoin(inbox, last)))).all()
    done = await session.execute(select(job_runs.c.job).where(job_runs.c.day == clock.today()))
    stopped = (await session.execute(select(func.count()).select_from(dead_letter))).scalar_one()
    now = clock.now()
    return QueueFigures(
        head=head,
        pending=pending,
        oldest_seconds=_since(oldest, now) if oldest else 0.0,
        jobs_done={job.name for job in jobs_of(spec)} <= set(done.scalars()),
        consumed={row.source: row.position for row in rows},
        quiet_seconds={row.source: _since(row.at, now) for row in rows if row.at},
        dead_letters=stopped,
    )


def _since(at: datetime, now: datetime) -> float:
    return max(0.0, (now - at).total_seconds())


@router.get("", summary="查看运行情况", dependencies=[allow(Role.OPERATOR)])
async def show(call: Reading, request: Request) -> StatusOut:
    """查看业务日、事件位置、待编号数、当天任务和死信数。"""
    spec: ServiceSpec = request.app.state.spec
    now = await figures(call.session, spec, request.app.state.clock)
    return StatusOut(
        service=spec.name,
        business_day=call.today.isoformat(),
        now=call.now.isoformat(),
        head=now.head,
        pending=now.pending,
        jobs_done=now.jobs_done,
        consumed=now.consumed,
        dead_letters=now.dead_letters,
    )
