"""Routes of applications."""

from typing import Annotated
from uuid import UUID

from fastapi import File, Query, UploadFile

from services.applications.application import commands, intake, queries
from services.applications.application.queries import OFFICES, READERS
from services.applications.application.schemas import (
    Acceptances,
    ApplicationIn,
    ApplicationOut,
    UnmaskedOut,
    UnmaskingIn,
)
from services.applications.application.states import ApplicationState
from shared.commands.views import moved_list
from shared.domain.fields import MovedList, Region
from shared.domain.roles import Role
from shared.files.imports import ImportReport
from shared.http.deps import Changing, Reading, Running, allow, requires_key
from shared.http.paging import PageOut, Paging
from shared.http.route import router

applications = router("/applications", "applications", "住房保障申请")
acceptances = router("/acceptances", "acceptances", "受理")
household_imports = router("/household-imports", "household-imports", "家庭台账导入")


@household_imports.post(
    "", status_code=201, summary="导入家庭台账", dependencies=[allow(Role.STREET)]
)
async def import_register(
    call: Running,
    file: Annotated[UploadFile, File(description="家庭台账（XLSX 或 CSV，UTF-8 或 GB18030）")],
    region: Annotated[Region, Query(description="受理街道所在区县代码")],
    partial: Annotated[bool, Query(description="只导入正确的行")] = False,
) -> ImportReport:
    """一行一户，全年每天均可提交。逐行校验证件号码、类别、金额和面积，不符合的行注明列和原因；同一文件再次导入不起作用。"""
    content = await file.read()
    return await intake.import_register(call, region, file.filename or "", content, partial=partial)


@applications.post(
    "",
    status_code=201,
    summary="提交申请",
    dependencies=[allow(Role.APPLICANT, Role.STREET), requires_key],
)
async def submit(body: ApplicationIn, call: Changing) -> ApplicationOut:
    """一户提交一份申请，窗口代录或网上办理，全年每天均可提交。家庭成员已有在办申请或正在享受保障的，不能重复申请。"""
    return queries.show(call, await intake.submit_one(call, body))


@applications.get("", summary="查询申请", dependencies=[allow(*READERS, Role.APPLICANT)])
async def list_applications(
    call: Reading,
    paging: Paging,
    state: Annotated[ApplicationState | None, Query(description="状态")] = None,
    region: Annotated[Region | None, Query(description="区划代码")] = None,
) -> PageOut[ApplicationOut]:
    """辖区内的申请，按区划和提交先后排列；申请人只看到自己提交的。姓名脱敏。"""
    return await queries.list_applications(call, state, region, paging)


@acceptances.post("", summary="受理申请", dependencies=[allow(Role.STREET)])
async def accept(body: Acceptances, call: Changing) -> MovedList:
    """材料齐全的，当日受理并给出受理号，进入初审。清单中有一份不能受理的，全部不受理并逐份说明。"""
    return moved_list(await commands.accept(call, body))


@applications.post(
    "/{id}/unmaskings",
    summary="查看明文",
    dependencies=[allow(*OFFICES, Role.AUDITOR)],
)
async def unmask(id: UUID, body: UnmaskingIn, call: Reading) -> UnmaskedOut:
    """查看申请家庭的姓名、证件号码和电话；须写明事由，每次查看留存审计。"""
    # Reading: with a key the answer would be kept, and plain personal data with it.
    return await queries.unmask(call, id, body.purpose)
