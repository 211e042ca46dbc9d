"""What happens to a request: caller, context, endpoint, write or commit, and then the answer."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.params import Depends
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from shared.commands import idempotency
from shared.commands.actor import ANONYMOUS, Actor
from shared.commands.context import CommandContext, WriteConflict
from shared.db.engine import LazySession
from shared.db.errors import ERRORS, as_problem
from shared.domain.problems import MEDIA, SCHEMA, Problem, TooLarge, UnsupportedMedia
from shared.environment.settings import Settings
from shared.http import etag
from shared.http.deps import PUBLIC, Mark, RoleMark, check_key, requires_key

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
UPLOAD_FRAME = 64 * 1024
"""Bytes that a multipart body has beside its file."""
_ATTEMPTS = 4
"""How often a change is carried out at most when others overtake it, the first time included."""
_KEPT_HEADERS = ("content-type", "etag", "location")


class CommandRoute(APIRoute):
    """Gives each request its context, and writes what it did before its answer leaves.

    `marks` are the dependencies that say who may call the route and how.
    """

    def __init__(
        self, *args: Any, dependencies: Sequence[Depends] | None = None, **named: Any
    ) -> None:
        asked = dependencies or ()
        self.marks = [one for one in asked if isinstance(one.dependency, Mark)]
        rest = [one for one in asked if one not in self.marks]
        super().__init__(*args, dependencies=rest, **named)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own handler, with what comes before and after it."""
        handle = super().get_route_handler()
        tagged = etag.tagged(self.response_model)
        allowed = [one.dependency for one in self.marks if isinstance(one.dependency, RoleMark)]
        public, keyed = PUBLIC in self.marks, requires_key in self.marks
        unmasks = self.path.endswith("/unmaskings")

        async def answer(request: Request) -> Response:
            actor = await _admit(request, public=public, unmasks=unmasks)
            for posts in allowed:
                posts.check(actor)
            if request.method not in _READS:
                await _body(request)
            if keyed:
                check_key(request)
            attempt = 0
            while True:
                attempt += 1
                session = _begin(request, actor, again=attempt > 1)
                try:
                    response = await handle(request)
                    if tagged:
                        etag.stamp(response)
                    await _end(request, response, session)
                    return response
                except idempotency.Replay as replay:
                    return _replayed(replay.answer)
                except Problem as refusal:
                    if (first := await _first_answer(request, refusal)) is not None:
                        return first
                    if not isinstance(refusal, WriteConflict) or attempt == _ATTEMPTS:
                        raise
                except ERRORS as error:
                    raise as_problem(error) from error
                finally:
                    await session.close()

        return answer


async def _admit(request: Request, *, public: bool, unmasks: bool) -> Actor:
    """Who calls, within his rate. Raises `Unauthorized` or `TooMany`."""
    header, state = request.headers.get("authorization"), request.app.state
    if public and not header:
        return ANONYMOUS
    actor: Actor = await state.verifier.actor(header)
    (state.unmaskings if unmasks else state.requests).take(actor.subject)
    return actor


def _begin(request: Request, actor: Actor, *, again: bool) -> LazySession:
    """Put what a new attempt begins with into the request's state (`shared.http.deps`)."""
    given, session = request.state, LazySession(request.app.state.sessions, actor.reach.multirange)
    given.actor, given.session, given.again = actor, session, again
    given.claim = given.change = given.run = None
    return session


async def _end(request: Request, response: Response, session: LazySession) -> None:
    """Commit what the endpoint did, with key and answer; `WriteConflict` when it must run again."""
    given = request.state
    change: CommandContext | None = given.change
    run: CommandContext | None = given.run
    claim: idempotency.Claim | None = given.claim
    if change is not None:
        if claim is not None:
            change.writes.insert(idempotency.idempotency, claim.row(_answer(response)))
        await change.write()
    elif run is not None:
        await run.write()
        if claim is not None:
            await idempotency.keep(run.session, claim, _answer(response))
        await session.commit()


async def _first_answer(request: Request, refusal: Problem) -> Response | None:
    """What was answered when a change that is not carried out came before; None if it did not."""
    change, claim = request.state.change, request.state.claim
    if change is None or claim is None or refusal.status >= 500:
        return None
    try:
        await idempotency.recall(change, claim)
    except idempotency.Replay as replay:
        return _replayed(replay.answer)
    return None


def _answer(response: Response) -> idempotency.StoredAnswer:
    given = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    return idempotency.StoredAnswer(response.status_code, given, bytes(response.body))


def _replayed(answer: idempotency.StoredAnswer) -> Response:
    headers = {**answer.headers, "idempotency-replayed": "true"}
    return Response(answer.body, answer.status, headers)


async def _body(request: Request) -> None:
    """Read the body, up to the limit of its kind."""
    settings: Settings = request.app.state.settings
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    upload = kind == "multipart/form-data"
    limit = settings.upload_limit + UPLOAD_FRAME if upload else settings.json_limit
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > limit:
        raise too_large(limit)
    try:
        size = len(await request.body())
    except ClientDisconnect as error:
        raise Problem("body-incomplete", "请求内容没有传完，连接已断开。") from error
    if size > limit:
        raise too_large(limit)
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
