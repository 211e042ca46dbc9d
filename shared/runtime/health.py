"""Three probes and the metrics page. Readiness needs the own database, never Kafka."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import text

from shared.db.errors import ERRORS
from shared.events.consumer import sources
from shared.runtime.progress import Progress
from shared.runtime.status import figures
from shared.schema.migrate import is_current

router = APIRouter(tags=["health"], include_in_schema=False)


@router.get("/healthz/live")
async def live(request: Request) -> Response:
    """The process answers and the worker's loops get on; depends on nothing outside."""
    progress: Progress | None = request.app.state.progress
    stalled = progress.stalled() if progress else []
    if stalled:
        return JSONResponse({"status": "stalled", "loops": stalled}, 503)
    return JSONResponse({"status": "ok", "at": datetime.now(UTC).isoformat()})


@router.get("/healthz/ready")
@router.get("/healthz/startup")
async def ready(request: Request) -> Response:
    """The database answers and has this version's tables; 503 otherwise."""
    state = request.app.state
    try:
        async with state.sessions() as session:
            await session.execute(text("SELECT 1"))
            current = await is_current(state.spec, session)
    except ERRORS:
        return JSONResponse({"status": "database-unavailable"}, 503)
    if not current:
        return JSONResponse({"status": "migration-missing"}, 503)
    return JSONResponse({"status": "ok"})


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus text. The queue figures are left as they were when the database is away."""
    state = request.app.state
    if state.progress is not None:
        for source in sources(state.spec):
            state.metrics.halted.labels(source).set(source in state.progress.halted)
    try:
        async with state.sessions() as session:
            now = await figures(session, state.spec, state.clock)
    except ERRORS:
        pass
    else:
        kept = state.metrics
        kept.pending.set(now.pending)
        kept.oldest.set(now.oldest_seconds)
        kept.head.set(now.head)
        kept.dead_letters.set(now.dead_letters)
        kept.jobs_done.set(1 if now.jobs_done else 0)
        for source, position in now.consumed.items():
            kept.consumed.labels(source).set(position)
        for source, seconds in now.quiet_seconds.items():
            kept.quiet.labels(source).set(seconds)
    return Response(state.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
