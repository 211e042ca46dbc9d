"""Routes of whole projects."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.projects.dossier import commands, queries
from services.projects.dossier.schemas import (
    CorrectionIn,
    ProjectDetailOut,
    ProjectOut,
    RefusalIn,
)
from services.projects.project.states import ProjectState
from shared.domain.fields import Region
from shared.domain.roles import Role
from shared.http.deps import Changing, Reading, allow
from shared.http.paging import PageOut, Paging
from shared.http.route import router

READERS = (
    Role.CITY,
    Role.FINANCE,
    Role.EXPROPRIATION,
    Role.GOVERNMENT,
    Role.PROVINCE,
    Role.SUPERVISOR,
    Role.AUDITOR,
    Role.INTEGRATOR,
)

projects = router("/projects", "projects", "棚改项目")
corrections = router("/projects", "surveys", "调查摸底")
refusals = router("/projects", "screenings", "禁入核查")


@projects.get("", summary="查询棚改项目", dependencies=[allow(*READERS)])
async def list_projects(
    call: Reading,
    paging: Paging,
    state: Annotated[ProjectState | None, Query(description="状态")] = None,
    region: Annotated[Region | None, Query(description="区划代码")] = None,
) -> PageOut[ProjectOut]:
    """本辖区的项目，从调查摸底到基本建成。"""
    return await queries.list_projects(call, state, region, paging)


@projects.get("/{id}", summary="查看棚改项目", dependencies=[allow(*READERS)])
async def read(id: UUID, call: Reading) -> ProjectDetailOut:
    """一个项目的全部资料：楼栋、最近一次核查结论、现金流、逐月进度和可办理的事项。"""
    return await queries.read(call, id)


@corrections.post("/{id}/corrections", summary="更正调查资料", dependencies=[allow(Role.CITY)])
async def correct(id: UUID, body: CorrectionIn, call: Changing) -> ProjectDetailOut:
    """更正调查资料，并按更正后的情况重新核查八项禁止情形。未填写的内容保持不变。"""
    return queries.show(call, await commands.correct(call, id, body))


@refusals.post(
    "/{id}/refusal",
    summary="签署不予纳入",
    dependencies=[allow(Role.CITY, Role.PROVINCE)],
)
async def refuse(id: UUID, body: RefusalIn, call: Changing) -> ProjectDetailOut:
    """由人写明意见，签署不予纳入；已入库后发现属于禁止情形的也在此清退。"""
    return queries.show(call, await commands.refuse(call, id, body.opinion))
