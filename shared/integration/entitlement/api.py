"""Routes of entitlements, the same in every service: each gives out its own events."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from shared.commands.changes import load
from shared.domain.roles import Role
from shared.http.deps import Changing, Reading, allow, requires_key
from shared.http.paging import PageOut, Paging
from shared.http.route import router
from shared.integration.entitlement import commands, queries
from shared.integration.entitlement.models import Entitlement
from shared.integration.entitlement.schemas import Client, EntitlementIn, EntitlementOut, Revocation
from shared.integration.entitlement.states import EntitlementState

entitlements = router("/entitlements", "entitlements", "事件授权")

READERS = allow(Role.PROVINCE, Role.AUDITOR, Role.OPERATOR)


@entitlements.post(
    "",
    status_code=201,
    summary="授权对接系统读取事件",
    dependencies=[allow(Role.PROVINCE), requires_key],
)
async def entitle(call: Changing, request: Request, command: EntitlementIn) -> EntitlementOut:
    """省安居办授权一个对接系统读取本服务的事件，写明事件类型、辖区和用途。"""
    row = commands.entitle(call, request.app.state.spec.name, command)
    return queries.show(call, row)


@entitlements.get("", summary="查询事件授权", dependencies=[READERS])
async def list_entitlements(
    call: Reading,
    paging: Paging,
    client: Annotated[
        Client | None, Query(description="对接系统", examples=["statistics-bureau"])
    ] = None,
    state: Annotated[EntitlementState | None, Query(description="状态")] = None,
) -> PageOut[EntitlementOut]:
    """谁可以读本服务的哪些事件，新的在前。"""
    return await queries.list_entitlements(call, client or "", state or "", paging)


@entitlements.get("/{id}", summary="查看一项事件授权", dependencies=[READERS])
async def get_entitlement(id: UUID, call: Reading) -> EntitlementOut:
    """一项授权的对接系统、事件类型、辖区和用途。"""
    return await queries.get_entitlement(call, id)


@entitlements.post("/{id}/revocation", summary="收回事件授权", dependencies=[allow(Role.PROVINCE)])
async def revoke_entitlement(id: UUID, call: Changing, command: Revocation) -> EntitlementOut:
    """写明原因收回授权，立即生效：等待中的读取也不再得到事件。"""
    row = commands.revoke(call, await load(call, Entitlement, id), command.reason)
    return queries.show(call, row)
