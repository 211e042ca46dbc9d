"""Routes of grants and agreements."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.subsidy.grant import commands, queries
from services.subsidy.grant.schemas import (
    AccountOut,
    Agreements,
    GrantDetail,
    GrantOut,
    Stop,
    Tier,
    Unmasking,
)
from services.subsidy.grant.states import GrantState
from shared.commands.views import moved_list
from shared.domain.fields import MovedList, Region
from shared.domain.roles import Role
from shared.http.deps import Changing, Reading, Running, allow, requires_key
from shared.http.paging import PageOut, Paging
from shared.http.route import router

grants = router("/grants", "grants", "补贴资格")
agreements = router("/agreements", "agreements", "补贴协议")

READERS = (
    Role.STREET,
    Role.DISTRICT,
    Role.CITY,
    Role.FINANCE,
    Role.PROVINCE,
    Role.SUPERVISOR,
    Role.AUDITOR,
)


@grants.get("", summary="查询补贴资格", dependencies=[allow(*READERS)])
async def list_grants(
    call: Reading,
    paging: Paging,
    state: Annotated[GrantState | None, Query(description="状态")] = None,
    tier: Annotated[Tier | None, Query(description="收入档次")] = None,
    region: Annotated[Region | None, Query(description="区划代码", examples=["220102"])] = None,
) -> PageOut[GrantOut]:
    """本辖区的补贴资格。“待核定”写明等待原因；账号已脱敏。"""
    return await queries.list_grants(call, state, tier, region, paging)


@grants.get("/{id}", summary="查看补贴资格", dependencies=[allow(*READERS)])
async def show_grant(id: UUID, call: Reading) -> GrantDetail:
    """补贴额的历次核定：每一项数值、依据文号，以及按留存步骤重新计算的结果。"""
    return queries.detail(call, await queries.one(call, id))


@grants.post("/{id}/stop", summary="停发补贴", dependencies=[allow(Role.CITY)])
async def stop_grant(id: UUID, body: Stop, call: Changing) -> GrantDetail:
    """家庭死亡、迁离、取得住房、收入超标或已实物配租的，写明意见，自变化次月起停发。"""
    return queries.detail(call, await commands.stop(call, id, body))


@grants.post(
    "/{id}/unmaskings",
    summary="查看账号明文",
    dependencies=[allow(Role.CITY, Role.FINANCE)],
)
async def unmask_account(id: UUID, body: Unmasking, call: Reading) -> AccountOut:
    """写明事由查看银行账号和户名，留审计记录。答复不随幂等键保存。"""
    return await commands.unmask(call, id, body.purpose)


@agreements.post("", summary="签订补贴协议", dependencies=[allow(Role.CITY), requires_key])
async def sign_agreements(body: Agreements, call: Running) -> MovedList:
    """登记协议和收款账号，给出协议编号和首发月份。一户不符合，整批不办。"""
    return moved_list(await commands.sign_agreements(call, body.items))
