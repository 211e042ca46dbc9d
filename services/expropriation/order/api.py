"""Routes of signing, of moving, and of the order that both make."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.expropriation.compensation.rules import CompensationMode
from services.expropriation.order import commands, queries
from services.expropriation.order.schemas import PlaceOut, RemovalList, SigningList
from services.expropriation.programme.api import READERS
from shared.commands.views import moved_list
from shared.domain.fields import MovedList
from shared.domain.roles import Role
from shared.http.deps import Reading, Running, allow, requires_key
from shared.http.paging import PageOut, Paging
from shared.http.route import router

orders = router("/programmes", "programmes", "征收项目")
signings = router("/contract-signings", "contract-signings", "网上签约")
removals = router("/contract-removals", "contract-removals", "搬迁")


@orders.get("/{id}/signing-order", summary="查看签约顺序", dependencies=[READERS])
async def signing_order(
    id: UUID,
    call: Reading,
    paging: Paging,
    mode: Annotated[CompensationMode | None, Query(description="补偿方式")] = None,
) -> PageOut[PlaceOut]:
    """按服务器给出的签约顺序号排列，选房以此为序（先签约、先搬迁、先受益）；不含个人信息。"""
    return await queries.signing_order(call, id, mode, paging)


@signings.post("", summary="网上签约", dependencies=[allow(Role.EXPROPRIATION), requires_key])
async def sign(body: SigningList, call: Running) -> MovedList:
    """双方电子签名后签约。顺序号由系统在征收项目内连续给出，奖励按签约期第几天计算。"""
    return moved_list(await commands.sign(call, body.items))


@removals.post("", summary="登记搬迁", dependencies=[allow(Role.EXPROPRIATION)])
async def move_out(body: RemovalList, call: Running) -> MovedList:
    """先补偿、后搬迁：只有已支付补偿的才能登记搬迁。"""
    return moved_list(await commands.move_out(call, body.items))
