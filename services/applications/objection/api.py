"""Routes of objections."""

from uuid import UUID

from services.applications.application.queries import OFFICES, show
from services.applications.application.schemas import ApplicationOut
from services.applications.objection import commands, queries
from services.applications.objection.schemas import (
    ObjectionDecisionIn,
    ObjectionIn,
    ObjectionOut,
    ObjectionReceipt,
)
from shared.domain.roles import Role
from shared.http.deps import Changing, Reading, allow, requires_key
from shared.http.paging import PageOut, Paging
from shared.http.route import router

objections = router("/applications/{id}/objections", "objections", "公示异议")


@objections.post("", status_code=201, summary="提出异议", dependencies=[requires_key])
async def raise_objection(id: UUID, body: ObjectionIn, call: Changing) -> ObjectionReceipt:
    """公示期内任何已登录的人都可以提出异议，不限辖区，一人对一次公示提一次；答复之前公示期满也不核准。"""
    return await commands.raise_objection(call, id, body)


@objections.get("", summary="查看异议", dependencies=[allow(*OFFICES)])
async def list_objections(id: UUID, call: Reading, paging: Paging) -> PageOut[ObjectionOut]:
    """一份申请收到的异议和答复；不显示提出人。"""
    return await queries.objections_of(call, id, paging)


@objections.post(
    "/{objection_id}/decision",
    summary="答复异议",
    dependencies=[allow(Role.STREET, Role.CITY)],
)
async def decide_objection(
    id: UUID, objection_id: UUID, body: ObjectionDecisionIn, call: Changing
) -> ApplicationOut:
    """核查后答复。异议成立的，公示终止，退回该次审核重新办理；签署该次审核意见的人不能答复。"""
    return show(call, await commands.decide_objection(call, id, objection_id, body))
