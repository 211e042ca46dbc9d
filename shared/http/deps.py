"""What routes depend on: the context of the command, its key and version, and who may call."""

import hashlib
import re
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.params import Depends as DependsMark

from shared.commands import idempotency
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
    call: CommandContext = request.state.call
    return call


async def _changing(
    request: Request, if_match: _IfMatch = None, key: _Key = None
) -> CommandContext:
    await _claim(request, key)
    call: CommandContext = request.state.call
    call = replace(call, open=no_session, expected=etag.parse(if_match))
    request.state.call, request.state.changes = call, True
    return call


async def _running(request: Request, if_match: _IfMatch = None, key: _Key = None) -> CommandContext:
    call: CommandContext = request.state.call
    call = replace(call, runs=True, expected=etag.parse(if_match))
    request.state.call = call
    claim = await _claim(request, key)
    if claim is not None:
        await idempotency.take(call, claim)
    return call


async def _claim(request: Request, key: str | None) -> idempotency.Claim | None:
    """The claim of the request's key, kept with the request; None without a key."""
    if key is not None:
        call: CommandContext = request.state.call
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
"""A request that reads; what its session does is not committed."""
Changing = Annotated[CommandContext, Depends(_changing)]
"""A change: what it leaves in `writes` is sent, in one statement, before the answer leaves."""
Running = Annotated[CommandContext, Depends(_running)]
"""A run: its one transaction commits before the answer leaves."""


class Allowed:
    """A route-level check that the caller holds one of `roles`."""

    def __init__(self, *roles: Role) -> None:
        self.roles = frozenset(roles)

    async def __call__(self, request: Request) -> None:
        """Raise `Forbidden` when the caller holds none of the posts."""
        if not self.roles & request.state.call.actor.roles:
            labels = "、".join(sorted(role.label for role in self.roles))
            raise Forbidden("role-required", f"这项操作需要以下岗位之一：{labels}。")


def allow(*roles: Role) -> Any:
    """`dependencies=[allow(Role.STREET)]`: only these posts may call the route."""
    return Depends(Allowed(*roles))


async def _public() -> None:
    """Nothing to check."""


PUBLIC: Any = Depends(_public)
"""`dependencies=[PUBLIC]`: the route answers without a token. Every other route needs one."""


async def _key_required(request: Request) -> None:
    if not request.headers.get("idempotency-key"):
        raise Problem("key-required", "这项操作必须携带 Idempotency-Key 请求头，避免重复办理。")


requires_key: Any = Depends(_key_required)
"""`dependencies=[allow(…), requires_key]`: for commands that create or pay."""


def roles_of(dependencies: list[DependsMark]) -> frozenset[Role] | None:
    """The posts a route asks for; None when any token will do."""
    found = [d.dependency.roles for d in dependencies if isinstance(d.dependency, Allowed)]
    return frozenset.union(*found) if found else None
