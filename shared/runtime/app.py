"""The application factory: one FastAPI app per service, all of one shape."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from shared.commands.spec import ServiceSpec
from shared.crypto import keyring
from shared.db.connections import Connections
from shared.db.engine import dispose, engine_for, sessions_for
from shared.environment import gc_tuning, traces
from shared.environment.clock import Clock, FileClock, SystemClock
from shared.environment.metrics import Metrics
from shared.environment.settings import Settings
from shared.http import openapi, paging, problem_response, route
from shared.http.middleware import RequestMiddleware
from shared.http.rate_limit import RateLimiter
from shared.http.route import UPLOAD_FRAME
from shared.http.verifier import TokenVerifier
from shared.integration.entitlement.api import entitlements
from shared.integration.feed import HeadWatch
from shared.integration.feed import router as feed_router
from shared.runtime import health, status
from shared.runtime.progress import Progress


def clock_for(settings: Settings) -> Clock:
    """The one clock: the system's, or the demonstration's file."""
    return FileClock(settings.clock_file) if settings.clock_file else SystemClock()


def create_app(
    spec: ServiceSpec,
    settings: Settings,
    *,
    clock: Clock | None = None,
    progress: Progress | None = None,
) -> FastAPI:
    """The service's HTTP side. Nothing is connected before the first request.

    `progress` is that of a worker in the same process: its liveness is then part of ours.
    """
    engine = engine_for(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        gc_tuning.settle()
        yield
        await dispose(engine)

    app: FastAPI = FastAPIOffline(
        title=f"吉林安居：{spec.label}",
        description=spec.description,
        version="1",
        lifespan=lifespan,
        openapi_tags=[{"name": tag, "description": label} for tag, label in route.TAGS.items()],
        docs_url="/docs",
        redoc_url=None,
        telemetry={"tracing": traces.wanted(), "metrics": False, "logs": False},
        redirect_slashes=False,  # a redirect would name the host that the caller named
        max_body_size=settings.upload_limit + UPLOAD_FRAME,
        exception_handlers=dict.fromkeys(problem_response.EXPECTED, problem_response.answer),
    )
    kept = spec.migrations.parent / openapi.FILE
    app.openapi = partial(openapi.document, app, kept)  # type: ignore[method-assign]
    app.state.spec, app.state.settings = spec, settings
    app.state.engine, app.state.sessions = engine, sessions_for(engine)
    app.state.connections = Connections(settings, engine)
    app.state.head_watch = HeadWatch(app.state.connections)
    app.state.clock = clock or clock_for(settings)
    app.state.progress = progress
    app.state.verifier = TokenVerifier(settings)
    a_second, a_minute = settings.requests_per_second, settings.unmaskings_per_minute
    app.state.requests = RateLimiter(a_second, max(1, round(2 * a_second)))
    app.state.unmaskings = RateLimiter(a_minute / 60, a_minute)
    app.state.metrics = Metrics(spec.name)
    ring = keyring.provided(settings.key_provider, settings.key_file)
    keyring.install(ring)
    paging.install(ring.index_key)
    for one in (*spec.routers, entitlements, feed_router, status.router, health.router):
        app.router.routes.extend(one.routes)  # as they are: nothing is to be added to them
    app.add_middleware(RequestMiddleware, metrics=app.state.metrics, most=settings.queue)
    return app
