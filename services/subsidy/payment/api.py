"""Routes of payments."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.subsidy.payment import commands, queries
from services.subsidy.payment.schemas import PaymentOut, WriteOff
from services.subsidy.payment.states import PaymentState
from shared.domain.fields import Month
from shared.domain.roles import Role
from shared.http.deps import Changing, Reading, allow
from shared.http.paging import PageOut, Paging
from shared.http.route import router

payments = router("/payments", "payments", "支付")

READERS = (Role.DISTRICT, Role.CITY, Role.FINANCE, Role.PROVINCE, Role.SUPERVISOR, Role.AUDITOR)


@payments.get("", summary="查询支付", dependencies=[allow(*READERS)])
async def list_payments(
    call: Reading,
    paging: Paging,
    state: Annotated[PaymentState | None, Query(description="状态")] = None,
    month: Annotated[Month | None, Query(description="月份", examples=["2021-04"])] = None,
    batch_id: Annotated[UUID | None, Query(description="批次")] = None,
    grant_id: Annotated[UUID | None, Query(description="补贴资格")] = None,
) -> PageOut[PaymentOut]:
    """本辖区的支付，一户一个月一笔；失败的写明银行退回原因。"""
    return await queries.list_payments(call, state, month, batch_id, grant_id, paging)


@payments.get("/{id}", summary="查看支付", dependencies=[allow(*READERS)])
async def show_payment(id: UUID, call: Reading) -> PaymentOut:
    """一笔支付。"""
    return queries.show(call, await queries.one(call, id))


@payments.post("/{id}/write-off", summary="不再发放", dependencies=[allow(Role.FINANCE)])
async def write_off_payment(id: UUID, body: WriteOff, call: Changing) -> PaymentOut:
    """发放失败且不再补发的，写明原因了结；否则批次不能关闭。"""
    return queries.show(call, await commands.write_off(call, id, body.reason))
