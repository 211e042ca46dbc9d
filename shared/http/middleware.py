"""The outermost layer of a service: what happens around every request, and who may not come in."""

import asyncio
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.domain.problems import MEDIA, Problem, Unavailable
from shared.environment import logs
from shared.environment.metrics import Metrics
from shared.http import problem_response, request_limits

_SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
]
_NO_STORE = (b"cache-control", b"no-store")
_UNCOUNTED = ("/healthz", "/metrics", "/v1/events")
"""Not counted among the waiting: probes, and readers of the feed, who are few and wait for news."""
_UNTOLD = ("/healthz", "/metrics")
_BUSY = Unavailable("busy", "系统繁忙，请稍后再试。")
_BUSY_HEADERS = [(b"content-type", MEDIA.encode()), (b"retry-after", b"2")]
_STOPPING = Unavailable(
    "stopping", "服务正在停止，请稍后用同一个幂等键重试。", headers={"Retry-After": "5"}
)


class RequestMiddleware:
    """Around every request: correlation id, time, one log line, security headers, faults as 500.

    No more than `most` requests wait for the database: whoever comes then is told at once to come
    again, so that those who wait are served in time and no queue outlives the rush. Such a refusal
    is cheap: it is counted, and the log has one line a second for all of them.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, most: int) -> None:
        self.app, self.metrics, self.most = app, metrics, most
        self.running = self.turned_away = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            try:
                await self.app(scope, receive, send)
            finally:
                self._tell()
            return
        trace = logs.traceparent(_traceparent(scope))
        scope.setdefault("state", {})["trace"] = trace
        dressed = _HeaderSender(send, trace)
        if scope["path"].startswith(_UNCOUNTED):
            await self._serve(scope, receive, dressed)
        elif self.running >= self.most:
            await self._turn_away(scope, dressed)
        else:
            self.running += 1
            try:
                await self._serve(scope, receive, dressed)
            finally:
                self.running -= 1

    async def _serve(self, scope: Scope, receive: Receive, send: "_HeaderSender") -> None:
        started = time.perf_counter()
        token = logs.TRACE.set(send.trace)
        try:
            refusal = request_limits.unfit(scope)
            if refusal is not None:
                await _answer(refusal, scope, receive, send)
            else:
                await self.app(scope, receive, send)
        except asyncio.CancelledError:  # the server stops and has waited long enough
            if not send.status:
                await _answer(_STOPPING, scope, receive, send)
            raise
        except Exception as error:
            self.metrics.faults.inc()  # the last net: answered as 500, told in the log
            response = problem_response.fault(scope, error)
            if send.status:
                raise
            await response(scope, receive, send)
        finally:
            seconds = time.perf_counter() - started
            route = getattr(scope.get("route"), "path", "-")
            self.metrics.request(scope["method"], route, send.status, seconds)
            if not route.startswith(_UNTOLD):
                logs.request(scope["method"], route, send.status, round(seconds * 1000))
            logs.TRACE.reset(token)

    async def _turn_away(self, scope: Scope, send: "_HeaderSender") -> None:
        if not self.turned_away:
            asyncio.get_running_loop().call_later(1, self._tell)
        self.turned_away += 1
        self.metrics.request(scope["method"], "-", _BUSY.status, 0)
        body = problem_response.written(scope, _BUSY)
        headers = [*_BUSY_HEADERS, (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": _BUSY.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _tell(self) -> None:
        """One line for all who were turned away since the last one."""
        count, self.turned_away = self.turned_away, 0
        if count:
            logs.log().warning("turned-away", count=count)


def _traceparent(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"traceparent":
            return str(value, "latin-1")
    return None


async def _answer(problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
    await problem_response.render(scope, problem)(scope, receive, send)


class _HeaderSender:
    """Sends messages on: every answer carries its correlation id and the security headers."""

    __slots__ = ("_send", "status", "trace")

    def __init__(self, send: Send, trace: str) -> None:
        self._send, self.trace = send, trace[3:35]
        self.status = 0
        """Of the answer that has begun; 0 before."""

    async def __call__(self, message: Message) -> None:
        """Pass a message on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = message.get("headers", ())
            message["headers"] = headers = [
                *given,
                *_SECURITY_HEADERS,
                (b"x-correlation-id", self.trace.encode()),
            ]
            if not any(name.lower() == b"cache-control" for name, _ in given):
                headers.append(_NO_STORE)
        await self._send(message)
