"""The way of a request: caller, transaction, endpoint, commit, and only then the answer."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import ClientDisconnect

from shared import etag, idempotency
from shared.auth import ANONYMOUS
from shared.call import DIRECT, PUBLIC, Allowed, Call, key_required
from shared.dberrors import as_problem
from shared.problems import MEDIA, SCHEMA, Problem, TooLarge, UnsupportedMedia

_READS = frozenset({"GET", "HEAD", "OPTIONS"})


class CommandRoute(APIRoute):
    """Opens a session for each request; a changing request commits before its answer leaves."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The endpoint, wrapped in authentication, transaction and idempotency."""
        whole, self.dependant = self.dependant, _direct(self.dependant)
        endpoint = super().get_route_handler()
        self.dependant = whole
        public = PUBLIC in self.dependencies
        posts = [d.call for d in whole.dependencies if isinstance(d.call, Allowed)]
        needs_key = any(d.call is key_required for d in whole.dependencies)

        async def handle(request: Request) -> Response:
            state = request.app.state
            header = request.headers.get("authorization")
            actor = ANONYMOUS if public and not header else await state.verifier.actor(header)
            reads = request.method in _READS
            if not reads:
                await _check_body(request)
            for post in posts:
                post.check(actor)
            if needs_key:
                await key_required(request.headers.get("idempotency-key"))
            session: AsyncSession = state.sessions()
            session.info["reach"] = actor.reach.multirange
            request.state.claim = None
            request.state.call = Call(
                session=session,
                actor=actor,
                now=state.clock.now(),
                today=state.clock.today(),
                trace=request.state.trace,
                connections=state.hot,
            )
            try:
                response = await endpoint(request)
                if not reads and response.status_code < 400:
                    etag.stamp(response)
                    if request.state.claim is not None:
                        await idempotency.keep(session, request.state.claim, response)
                    if session.in_transaction():  # a hot command has left it alone
                        await session.commit()
                elif reads:
                    etag.stamp(response)
            except idempotency.Replay as replay:
                return replay.response
            except (SQLAlchemyError, OSError) as error:  # OSError: no way to the database
                raise as_problem(error) from error
            finally:
                if session.in_transaction():  # a cancelled request gives its connection back too
                    await asyncio.shield(session.close())
            return response

        return handle


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


async def _check_body(request: Request) -> None:
    settings = request.app.state.settings
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    upload = kind == "multipart/form-data"
    limit = settings.upload_limit + 64 * 1024 if upload else settings.json_limit
    length = request.headers.get("content-length", "0")
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
    request._body = b"".join(parts)
    if size and not upload and kind != "application/json":
        raise UnsupportedMedia(
            "media-type", "请求内容应为 application/json（上传文件用 multipart/form-data）。"
        )


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
