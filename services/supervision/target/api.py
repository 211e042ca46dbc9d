"""Routes of annual targets."""

from typing import Annotated

from fastapi import File, Query, UploadFile

from services.supervision.target import commands, queries
from services.supervision.target.schemas import TargetOut
from shared.domain.fields import Digits
from shared.domain.roles import Role
from shared.files.imports import ImportReport
from shared.http.deps import Reading, Running, allow
from shared.http.paging import PageOut, Paging
from shared.http.route import router

Year = Annotated[
    int | None, Digits, Query(ge=2021, le=2100, description="年度，默认为业务日期所在年度")
]

targets = router("", "targets", "年度任务")


@targets.post(
    "/target-imports",
    status_code=201,
    summary="导入年度任务表",
    dependencies=[allow(Role.PROVINCE)],
)
async def import_targets(
    call: Running,
    file: Annotated[UploadFile, File(description="目标任务表（XLSX 或 CSV）")],
    year: Year = None,
    partial: Annotated[bool, Query(description="只导入正确的行")] = False,
) -> ImportReport:
    """每行一个报告单位：开工（套）、租赁补贴（户）、逾期安置（户）、投资计划（万元）。同一文件再次导入不起作用。"""
    content = await file.read()
    return await commands.import_targets(
        call, year or call.today.year, file.filename or "", content, partial=partial
    )


@targets.get(
    "/targets",
    summary="查询年度任务",
    dependencies=[allow(Role.CITY, Role.GOVERNMENT, Role.PROVINCE, Role.SUPERVISOR, Role.AUDITOR)],
)
async def list_targets(call: Reading, paging: Paging, year: Year = None) -> PageOut[TargetOut]:
    """各报告单位的年度任务。"""
    return await queries.list_targets(call, year or call.today.year, paging)
