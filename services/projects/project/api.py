"""Routes for reading projects."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.projects.project import queries
from services.projects.project.schemas import ProjectDetailOut, ProjectOut
from services.projects.project.states import ProjectState
from shared.domain.fields import Region
from shared.domain.roles import Role
from shared.http.deps import Reading, allow
from shared.http.paging import PageOut, Paging
from shared.http.route import router

READERS = (
    Role.CITY, Role.FINANCE, Role.EXPROPRIATION, Role.GOVERNMENT, Role.PROVINCE, Role.SUPERVISOR,
    Role.AUDITOR, Role.INTEGRATOR,
)  # fmt: skip

projects = router("/projects", "projects", "棚改项目")


@projects.get("", summary="查询棚改项目", dependencies=[allow(*READERS)])
async def list_projects(
    call: Reading,
    paging: Paging,
    state: Annotated[ProjectState | None, Query(description="状态")] = None,
    region: Annotated[Region | None, Query(description="区划代码")] = None,
) -> PageOut[ProjectOut]:
    """本辖区的项目，从调查摸底到基本建成。"""
    return await queries.list_projects(call, state or "", region or "", paging)


@projects.get("/{id}", summary="查看棚改项目", dependencies=[allow(*READERS)])
async def read(id: UUID, call: Reading) -> ProjectDetailOut:
    """一个项目的全部资料：楼栋、最近一次核查结论、现金流、逐月进度和可办理的事项。"""
    return await queries.read(call, id)
