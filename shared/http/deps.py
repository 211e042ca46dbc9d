"""What routes depend on: the call of the request, its key and version, and who may call."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.params import Depends as DependsMark

from shared.commands import idempotency
from shared.commands.actor import Actor
from shared.commands.context import Call
from shared.domain.problems import Forbidden, Problem
from shared.domain.roles import Role
from shared.http import etag

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description='办理时看到的版本号，例 "3"（单个对象办理必填）'),
]
Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", description="幂等键：同一个键重复提交只办理一次"),
]


async def _reading(request: Request) -> Call:
    found: Call = request.state.call
    return found


async def claim_of(request: Request, key: str | None) -> idempotency.Claim | None:
    """The claim of a request's Idempotency-Key, not yet taken; None without a key."""
    if key is None:
        return None
    call: Call = request.state.call
    return idempotency.claim_of(
        request, call.actor.subject, idempotency.parse_key(key), await request.body(), call.now
    )


async def writing(request: Request, if_match: IfMatch = None, key: Key = None) -> Call:
    """Take the key of a changing request; its call then knows the version that was seen."""
    call: Call = request.state.call
    request.state.claim = claim = await claim_of(request, key)
    if claim is not None:
        await idempotency.take(call.session, claim)
    return replace(call, expected=etag.parse(if_match))


async def _writing(request: Request) -> Call:
    headers = request.headers
    return await writing(request, headers.get("if-match"), headers.get("idempotency-key"))


DIRECT: dict[Callable[..., Any], Callable[[Request], Coroutine[Any, Any, Any]]] = {
    _reading: _reading,
    writing: _writing,
}
"""Dependency -> the same with the request alone: its headers are for the API documents."""
Reading = Annotated[Call, Depends(_reading)]
"""A call that reads; nothing is committed."""
Writing = Annotated[Call, Depends(writing)]
"""A call that changes; its one transaction commits before the answer leaves."""


class Allowed:
    """A route-level check that the caller holds one of `roles`."""

    def __init__(self, *roles: Role) -> None:
        self.roles = frozenset(roles)

    async def __call__(self, request: Request) -> None:
        self.check(request.state.call.actor)

    def check(self, actor: Actor) -> None:
        """Raise `Forbidden` when the caller holds none of the posts."""
        if not self.roles & actor.roles:
            labels = "、".join(sorted(role.label for role in self.roles))
            raise Forbidden("role-required", f"这项操作需要以下岗位之一：{labels}。")


def allow(*roles: Role) -> Any:
    """`dependencies=[allow(Role.STREET)]`: only these posts may call the route."""
    return Depends(Allowed(*roles))


async def _public() -> None:
    """Nothing to check."""


PUBLIC: Any = Depends(_public)
"""`dependencies=[PUBLIC]`: the route answers without a token. Every other route needs one."""


async def key_required(
    key: Annotated[
        str | None,
        Header(alias="Idempotency-Key", description="幂等键（必填）：同一个键重复提交只办理一次"),
    ] = None,
) -> None:
    if not key:
        raise Problem("key-required", "这项操作必须携带 Idempotency-Key 请求头，避免重复办理。")


requires_key: Any = Depends(key_required)
"""`dependencies=[allow(…), requires_key]`: for commands that create or pay."""


def roles_of(dependencies: list[DependsMark]) -> frozenset[Role] | None:
    """The posts a route asks for; None when any token will do."""
    found = [d.dependency.roles for d in dependencies if isinstance(d.dependency, Allowed)]
    return frozenset.union(*found) if found else None
