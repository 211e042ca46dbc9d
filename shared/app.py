"""The application factory: one FastAPI app per service, all of one shape."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI, Request, Response
from fastapi_offline import FastAPIOffline
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import answers, crypto, health, limits, logs, paging, route, status
from shared.auth import Verifier
from shared.clock import Clock, FileClock, SystemClock
from shared.db import dispose, engine_for, sessions_for
from shared.feed import HeadWatch
from shared.feed import router as feed_router
from shared.hotpool import Connections
from shared.metrics import Metrics
from shared.problems import Unavailable
from shared.progress import Progress
from shared.settings import Settings
from shared.spec import ServiceSpec

_SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
]

_UNCOUNTED = ("/healthz", "/metrics", "/v1/events")
"""Probes, and readers of the feed, who are few and wait for news, not for the database."""
_BUSY = Unavailable("busy", "系统繁忙，请稍后再试。", headers={"Retry-After": "2"})


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
        gc.collect()
        gc.freeze()
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
        redirect_slashes=False,  # a redirect would name the host that the caller named
    )
    app.state.spec, app.state.settings = spec, settings
    app.state.engine, app.state.sessions = engine, sessions_for(engine)
    app.state.hot = Connections(settings, engine)
    app.state.head_watch = HeadWatch(settings)
    app.state.clock = clock or clock_for(settings)
    app.state.progress = progress
    app.state.verifier = Verifier(settings)
    app.state.metrics = Metrics(spec.name)
    ring = crypto.provided(settings.key_provider, settings.key_file)
    crypto.install(ring)
    paging.install(ring.index_key)
    answers.install(app)
    for one in (*spec.routers, feed_router, status.router, health.router):
        app.router.routes.extend(one.routes)  # as they are: nothing is to be added to them
    app.add_middleware(Envelope, metrics=app.state.metrics, most=settings.queue)
    return app


def _stopping() -> Unavailable:
    headers = {"Retry-After": "5"}
    return Unavailable("stopping", "服务正在停止，请稍后用同一个幂等键重试。", headers=headers)


class Envelope:
    """Around every request: correlation id, time, one log line, security headers, faults as 500.

    No more than `most` requests wait for the database: whoever comes then is told at once to come
    again, so that those who wait are served in time, and the queue is gone as soon as the rush is.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, most: int) -> None:
        self.app, self.metrics, self.most = app, metrics, most
        self.running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        trace = request.state.trace = logs.traceparent(request.headers.get("traceparent"))
        scope["headers"] = [
            *((name, value) for name, value in scope["headers"] if name != b"traceparent"),
            (b"traceparent", trace.encode()),
        ]
        started, code = time.perf_counter(), 0
        counted = not scope["path"].startswith(_UNCOUNTED)

        async def dress(message: Message) -> None:
            nonlocal code
            if message["type"] == "http.response.start":
                code = message["status"]
                message.setdefault("headers", [])
                message["headers"] = [
                    *message["headers"],
                    *_SECURITY_HEADERS,
                    (b"x-correlation-id", trace[3:35].encode()),
                ]
                if not any(name.lower() == b"cache-control" for name, _ in message["headers"]):
                    message["headers"].append((b"cache-control", b"no-store"))
            await send(message)

        with structlog.contextvars.bound_contextvars(trace=trace[3:35]):
            self.running += counted
            try:
                refusal = limits.unfit(scope)
                if refusal is None and counted and self.running > self.most:
                    refusal = _BUSY
                if refusal is not None:
                    await answers.render(request, refusal)(scope, receive, dress)
                else:
                    await self.app(scope, receive, dress)
            except asyncio.CancelledError:  # the server stops and has waited long enough
                if not code:
                    await answers.render(request, _stopping())(scope, receive, dress)
                raise
            except Exception as error:  # the last net: answered as 500, told in the log
                self.metrics.faults.inc()
                response: Response = answers.fault(request, error)
                if code:
                    raise
                await response(scope, receive, dress)
            finally:
                self.running -= counted
                seconds = time.perf_counter() - started
                name = getattr(scope.get("route"), "path", "-")
                self.metrics.requests.labels(scope["method"], name, str(code)).observe(seconds)
                if not name.startswith(("/healthz", "/metrics")):
                    logs.log().info(
                        "request",
                        method=scope["method"],
                        route=name,
                        status=code,
                        milliseconds=round(seconds * 1000),
                    )
