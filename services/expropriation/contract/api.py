"""Routes of compensation contracts."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.expropriation.contract import commands, drafting, queries
from services.expropriation.contract.schemas import (
    ContractDetail,
    ContractOut,
    DraftList,
    OwnerOut,
    PaymentList,
    PurposeIn,
)
from services.expropriation.contract.states import ContractState
from services.expropriation.programme.api import READERS
from shared.commands.views import moved_list
from shared.domain.fields import MovedList, Region
from shared.domain.roles import Role
from shared.http.deps import Changing, Reading, allow, requires_key
from shared.http.paging import PageOut, Paging
from shared.http.route import router

contracts = router("/contracts", "contracts", "补偿协议")
drafts = router("/contract-drafts", "contract-drafts", "分户补偿登记")
payments = router("/contract-payments", "contract-payments", "补偿支付")


@contracts.get("", summary="查询补偿协议", dependencies=[READERS])
async def listing(
    call: Reading,
    paging: Paging,
    state: Annotated[ContractState | None, Query(description="状态")] = None,
    region: Annotated[Region | None, Query(description="区划代码", examples=["220102"])] = None,
    programme_id: Annotated[UUID | None, Query(description="征收项目")] = None,
) -> PageOut[ContractOut]:
    """本辖区的补偿协议，姓名脱敏。"""
    return await queries.list_contracts(call, state, region, programme_id, paging)


@contracts.get("/{id}", summary="查看补偿协议", dependencies=[READERS])
async def one(id: UUID, call: Reading) -> ContractDetail:
    """一份补偿协议：补偿和奖励的逐步计算、签约顺序、签约记录、支付和搬迁。"""
    return await queries.show_contract(call, id)


@contracts.post(
    "/{id}/unmaskings",
    summary="查看被征收人明文信息",
    dependencies=[allow(Role.EXPROPRIATION, Role.FINANCE, Role.AUDITOR)],
)
async def unmask(id: UUID, body: PurposeIn, call: Reading) -> OwnerOut:
    """写明事由查看姓名、证件号和电话，每次查看都留有审计记录。"""
    # Reading: with a key the answer would be kept, and plain personal data with it.
    return await queries.unmask(call, id, body.purpose)


@drafts.post(
    "",
    status_code=201,
    summary="登记分户补偿",
    dependencies=[allow(Role.EXPROPRIATION), requires_key],
)
async def draft(body: DraftList, call: Changing) -> MovedList:
    """登记一个征收项目的各户房屋，系统按公布的标准逐步计算补偿。有一户不符合要求则全部不登记。"""
    return moved_list(await drafting.draft(call, body.programme_id, body.items))


@payments.post("", summary="支付补偿", dependencies=[allow(Role.FINANCE), requires_key])
async def pay(body: PaymentList, call: Changing) -> MovedList:
    """按协议全额支付补偿和奖励，一份协议只支付一次，一个凭证号只使用一次。"""
    return moved_list(await commands.pay(call, body.items))
