"""Routes of eligibility standards."""

from typing import Annotated

from fastapi import Query

from services.applications.standard import commands, queries
from services.applications.standard.schemas import StandardIn, StandardOut
from shared.domain.fields import Region
from shared.domain.roles import Role
from shared.http.deps import Changing, Reading, allow, requires_key
from shared.http.paging import PageOut, Paging
from shared.http.route import router

standards = router("/eligibility-standards", "eligibility-standards", "准入标准")


@standards.post(
    "",
    status_code=201,
    summary="公布准入标准",
    dependencies=[allow(Role.CITY, Role.GOVERNMENT), requires_key],
)
async def publish(body: StandardIn, call: Changing) -> StandardOut:
    """登记本地政府公布的公租房准入标准：人均月收入线、人均住房面积线、文号和生效日。调整标准时另行公布，不修改旧标准。"""
    return queries.show(commands.publish(call, body))


@standards.get("", summary="查询准入标准")
async def list_standards(
    call: Reading,
    paging: Paging,
    region: Annotated[Region | None, Query(description="报告单位代码")] = None,
) -> PageOut[StandardOut]:
    """已公布的准入标准，按单位和生效日排列。"""
    return await queries.list_standards(call, region, paging)
