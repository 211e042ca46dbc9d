"""Routes of local standards."""

from typing import Annotated

from fastapi import Query

from services.subsidy.standard import commands, queries
from services.subsidy.standard.schemas import StandardIn, StandardOut
from shared.domain.fields import Region
from shared.domain.roles import Role
from shared.http.deps import Reading, Running, allow, requires_key
from shared.http.paging import PageOut, Paging
from shared.http.route import router

standards = router("/standards", "standards", "补贴标准")


@standards.post(
    "",
    status_code=201,
    summary="公布补贴标准",
    dependencies=[allow(Role.CITY), requires_key],
)
async def publish_standard(body: StandardIn, call: Running) -> StandardOut:
    """市县按文件公布补贴标准，自某月1日起执行。标准只增不改；已生成批次的月份不得追溯。"""
    return queries.show(await commands.publish(call, body))


@standards.get(
    "",
    summary="查询补贴标准",
    dependencies=[
        allow(Role.CITY, Role.FINANCE, Role.PROVINCE, Role.SUPERVISOR, Role.AUDITOR),
    ],
)
async def list_standards(
    call: Reading,
    paging: Paging,
    region: Annotated[Region | None, Query(description="市县代码", examples=["220100"])] = None,
) -> PageOut[StandardOut]:
    """本辖区各市县的补贴标准和文号。"""
    return await queries.list_standards(call, region, paging)
