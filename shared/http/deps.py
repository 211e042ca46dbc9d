"""What routes depend on: the context of the command, its key and version, and who may call."""

import hashlib
import re
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.params import Depends as DependsMark

from shared.commands import idempotency
from shared.commands.actor import Actor
from shared.commands.context import CommandContext, no_session
from shared.domain.problems import Forbidden, Problem
from shared.domain.roles import Role
from shared.http import etag

_IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description='办理时看到的版本号，例 "3"（单个对象办理必填）'),
]
_Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", description="幂等键：同一个键重复提交只办理一次"),
]
_BOUNDARY = re.compile(rb'boundary="?([^";]+)"?')


async def _reading(request: Request) -> CommandContext:
    return _context(request)


async def _changing(
    request: Request, if_match: _IfMatch = None, key: _Key = None
) -> CommandContext:
    call = _context(request, open=no_session, expected=etag.parse(if_match))
    request.state.change = call
    await _claim(request, call, key)
    return call


async def _running(request: Request, if_match: _IfMatch = None, key: _Key = None) -> CommandContext:
    call = _context(request, runs=True, expected=etag.parse(if_match))
    request.state.run = call
    claim = await _claim(request, call, key)
    if claim is not None:
        await idempotency.take(call, claim)
    return call


def _context(request: Request, **kind: Any) -> CommandContext:
    """The context of this attempt, of one of the three kinds."""
    given, app = request.state, request.app.state
    actor: Actor = given.actor
    values = {
        "actor": actor,
        "reach": actor.reach,
        "now": app.clock.now(),
        "today": app.clock.today(),
        "trace": given.trace,
        "connections": app.connections,
        "open": given.session,
        "again": given.again,
    }
    return CommandContext(**values | kind)


async def _claim(
    request: Request, call: CommandContext, key: str | None
) -> idempotency.Claim | None:
    """The claim of the request's key, kept with the request; None without a key."""
    if key is not None:
        request.state.claim = idempotency.Claim(
            call.actor.subject,
            f"{request.method} {request.scope['path']}"[:300],
            idempotency.parse_key(key),
            fingerprint(request, await request.body()),
            call.now,
        )
    claim: idempotency.Claim | None = request.state.claim
    return claim


def fingerprint(request: Request, body: bytes) -> bytes:
    """What makes two requests equal: query and body (the random multipart boundary left out)."""
    boundary = _BOUNDARY.search(request.headers.get("content-type", "").encode("latin-1"))
    if boundary:
        body = body.replace(boundary[1], b"")
    return hashlib.sha256(request.scope["query_string"] + b"\0" + body).digest()


Reading = Annotated[CommandContext, Depends(_reading)]
"""A request that reads; what its session does is not committed. What it has shown unmasked is noted
by a statement of its own (`audit.unmasked`)."""
Changing = Annotated[CommandContext, Depends(_changing)]
"""A change: what it leaves in `writes` is sent, in one statement, before the answer leaves."""
Running = Annotated[CommandContext, Depends(_running)]
"""A run: its one transaction commits before the answer leaves."""


class Mark:
    """Said of a route in its `dependencies`; `CommandRoute` sees to it before it reads the body."""

    async def __call__(self) -> None:
        """Nothing that FastAPI has to do."""


class RoleMark(Mark):
    """The caller holds one of `roles`."""

    def __init__(self, *roles: Role) -> None:
        self.roles = frozenset(roles)

    def check(self, actor: Actor) -> None:
        """Raise `Forbidden` when the caller holds none of the posts."""
        if not self.roles & actor.roles:
            labels = "、".join(sorted(role.label for role in self.roles))
            raise Forbidden("role-required", f"这项操作需要以下岗位之一：{labels}。")


def allow(*roles: Role) -> Any:
    """`dependencies=[allow(Role.STREET)]`: only these posts may call the route."""
    return Depends(RoleMark(*roles))


PUBLIC: Any = Depends(Mark())
"""`dependencies=[PUBLIC]`: the route answers without a token. Every other route needs one."""
requires_key: Any = Depends(Mark())
"""`dependencies=[allow(…), requires_key]`: for commands that create or pay."""


def check_key(request: Request) -> None:
    """Raise `Problem` for a request without the key that its route requires."""
    if not request.headers.get("idempotency-key"):
        raise Problem("key-required", "这项操作必须携带 Idempotency-Key 请求头，避免重复办理。")


def roles_of(dependencies: Sequence[DependsMark]) -> frozenset[Role] | None:
    """The posts a route asks for; None when any token will do."""
    found = [d.dependency.roles for d in dependencies if isinstance(d.dependency, RoleMark)]
    return frozenset.union(*found) if found else None
