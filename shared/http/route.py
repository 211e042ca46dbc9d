"""The way of a request: caller, transaction, endpoint, commit, and only then the answer."""

from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from shared.commands import idempotency
from shared.commands.actor import ANONYMOUS
from shared.commands.context import Call
from shared.db.engine import Late
from shared.db.errors import ERRORS, as_problem
from shared.domain.problems import MEDIA, SCHEMA, Problem, TooLarge, UnsupportedMedia
from shared.environment.settings import Settings
from shared.http import etag
from shared.http.deps import DIRECT, PUBLIC, Allowed, key_required
from shared.http.plan import plan_of

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_STACKS = ("fastapi_middleware_astack", "fastapi_inner_astack", "fastapi_function_astack")
"""Where FastAPI puts what is to be closed after a request, such as uploaded files."""


class CommandRoute(APIRoute):
    """Opens a session for each request; a changing request commits before its answer leaves."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        whole = self.dependant
        self._public = PUBLIC in self.dependencies
        self._posts = [d.call for d in whole.dependencies if isinstance(d.call, Allowed)]
        self._needs_key = any(d.call is key_required for d in whole.dependencies)
        self._unmasks = self.path.endswith("/unmaskings")
        self._plan = plan_of(self)
        self.dependant = _direct(whole)
        self._solved = self.get_route_handler()
        self.dependant = whole
        self.app = self._serve

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        response = await self._answer(request, scope["app"].state, dict(scope["headers"]))
        await response(scope, receive, send)

    async def _answer(self, request: Request, state: Any, given: dict[bytes, bytes]) -> Response:
        """The way of every request; `given` are its headers."""
        header = _text(given, b"authorization")
        actor = ANONYMOUS if self._public and not header else await state.verifier.actor(header)
        if actor is not ANONYMOUS:
            (state.unmaskings if self._unmasks else state.requests).take(actor.subject)
        reads = request.method in _READS
        body = b"" if reads else await _body(request, given, state.settings)
        for post in self._posts:
            post.check(actor)
        if self._needs_key:
            await key_required(_text(given, b"idempotency-key"))
        late = Late(state.sessions, actor.reach.multirange)
        request.state.claim = None
        request.state.call = Call(
            open=late,
            actor=actor,
            now=state.clock.now(),
            today=state.clock.today(),
            trace=request.state.trace,
            connections=state.hot,
        )
        try:
            response = await self._endpoint(request, body)
            if not reads and response.status_code < 400:
                if request.state.claim is not None:
                    await idempotency.keep(late(), request.state.claim, response)
                await late.commit()
            return response
        except idempotency.Replay as replay:
            return replay.response
        except ERRORS as error:
            raise as_problem(error) from error
        finally:
            await late.close()

    async def _endpoint(self, request: Request, body: bytes) -> Response:
        if self._plan is not None:
            values = await self._plan.arguments(request, request.path_params, body)
            if values is not None:
                return await self._plan.run(values)
        async with AsyncExitStack() as stack:
            for name in _STACKS:
                request.scope[name] = stack
            response = await self._solved(request)
            etag.stamp(response)
            return response


def _direct(whole: Dependant) -> Dependant:
    """What FastAPI has to solve for a request; what `handle` does itself is left out.

    The whole is still what the API documents are written from.
    """
    rest = [
        replace(one, call=DIRECT[one.call], header_params=[], request_param_name="request")
        if one.call in DIRECT
        else one
        for one in whole.dependencies
        if not isinstance(one.call, Allowed) and one.call is not key_required
    ]
    return replace(whole, dependencies=rest)


async def _body(request: Request, given: dict[bytes, bytes], settings: Settings) -> bytes:
    """The body, read up to the limit of its kind."""
    kind = given.get(b"content-type", b"").partition(b";")[0].strip().lower()
    upload = kind == b"multipart/form-data"
    limit = settings.upload_limit + 64 * 1024 if upload else settings.json_limit
    length = given.get(b"content-length", b"0")
    if length.isdigit() and int(length) > limit:
        raise too_large(limit)
    size = 0
    parts = []
    try:
        async for part in request.stream():
            size += len(part)
            if size > limit:
                raise too_large(limit)
            parts.append(part)
    except ClientDisconnect as error:
        raise Problem("body-incomplete", "请求内容没有传完，连接已断开。") from error
    request._body = body = b"".join(parts)
    if size and not upload and kind != b"application/json":
        raise UnsupportedMedia(
            "media-type", "请求内容应为 application/json（上传文件用 multipart/form-data）。"
        )
    return body


def _text(given: dict[bytes, bytes], name: bytes) -> str | None:
    """A header as text."""
    value = given.get(name)
    return None if value is None else value.decode("latin-1")


def too_large(limit: int) -> TooLarge:
    """The refusal of a body over `limit` bytes."""
    return TooLarge("body-too-large", f"请求内容过大，最多 {max(1, limit // (1024 * 1024))} MiB。")


def _refusal(description: str) -> dict[str, Any]:
    return {"description": description, "content": {MEDIA: {"schema": SCHEMA}}}


def router(prefix: str, tag: str, label: str) -> APIRouter:
    """A router under /v1. `prefix` is a kebab-case plural noun such as "/grants", or ""."""
    made = APIRouter(
        prefix=f"/v1{prefix}",
        tags=[tag],
        route_class=CommandRoute,
        generate_unique_id_function=lambda route: f"{tag}_{route.name}",
        responses={"4XX": _refusal("拒绝办理"), "5XX": _refusal("暂时不能办理")},
    )
    TAGS[tag] = label
    return made


TAGS: dict[str, str] = {}
"""Tag -> Chinese label, for the API documents."""
