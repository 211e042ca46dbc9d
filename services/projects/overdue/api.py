"""Routes of the overdue-resettlement ledger."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import File, Query, UploadFile

from services.projects.overdue import commands, queries
from services.projects.overdue.schemas import (
    JudgmentIn,
    OverdueCaseOut,
    ResettlementList,
    ReturnIn,
    UnmaskedOut,
    UnmaskingIn,
    VerificationList,
)
from services.projects.overdue.states import CaseState
from shared.commands.views import moved_list
from shared.domain.fields import Day, MovedList, Region
from shared.domain.roles import Role
from shared.files.imports import ImportReport
from shared.http.deps import Changing, Reading, Running, allow
from shared.http.paging import PageOut, Paging
from shared.http.route import router

READERS = (
    Role.CITY,
    Role.GOVERNMENT,
    Role.PROVINCE,
    Role.SUPERVISOR,
    Role.AUDITOR,
    Role.INTEGRATOR,
)

Category = Literal["S9.1a", "S9.1b", "S9.1c", "S9.1d", "S9.2a", "S9.2b", "S9.2c", "S9.2d", "S9.2e"]

cases = router("", "overdue-cases", "逾期未安置")


@cases.post(
    "/overdue-imports",
    status_code=201,
    summary="导入逾期未安置项目台账",
    dependencies=[allow(Role.CITY, Role.PROVINCE)],
)
async def import_ledger(
    call: Running,
    file: Annotated[UploadFile, File(description="台账（XLSX 或 CSV），七栏内容均为必填")],
    partial: Annotated[bool, Query(description="只导入正确的行")] = False,
) -> ImportReport:
    """按台账七栏（项目情况、户数、存在的问题、具体措施办法、完成时点、责任单位、责任人）导入，按类别计算时限。同一文件再次导入不起作用。"""
    content = await file.read()
    return await commands.import_ledger(call, file.filename or "", content, partial=partial)


@cases.get("/overdue-cases", summary="查询逾期未安置台账", dependencies=[allow(*READERS)])
async def list_cases(
    call: Reading,
    paging: Paging,
    state: Annotated[CaseState | None, Query(description="状态")] = None,
    region: Annotated[Region | None, Query(description="区划代码")] = None,
    category: Annotated[Category | None, Query(description="类别")] = None,
    due_by: Annotated[Day | None, Query(description="时限不晚于该日")] = None,
) -> PageOut[OverdueCaseOut]:
    """本辖区的台账：七栏内容、类别、时限、已安置和剩余户数。"""
    return await queries.list_cases(call, state, region, category, due_by, paging)


@cases.get("/overdue-cases/{id}", summary="查看逾期未安置项目", dependencies=[allow(*READERS)])
async def read(id: UUID, call: Reading) -> OverdueCaseOut:
    """台账中的一个项目。"""
    return queries.show(call, await queries.read(call, id))


@cases.post(
    "/overdue-cases/{id}/unmaskings",
    summary="查看责任人姓名",
    dependencies=[allow(Role.CITY, Role.PROVINCE, Role.SUPERVISOR)],
)
async def unmask(id: UUID, body: UnmaskingIn, call: Reading) -> UnmaskedOut:
    """写明事由后显示责任人姓名，并留存查阅记录。"""
    # Reading: with a key the answer would be kept, and the plain name with it.
    return await queries.unmask(call, id, body.purpose)


@cases.post(
    "/overdue-cases/{id}/judgment",
    summary="登记判决",
    dependencies=[allow(Role.CITY, Role.PROVINCE)],
)
async def judge(id: UUID, body: JudgmentIn, call: Changing) -> OverdueCaseOut:
    """在审项目（S9.1b）判决后登记判决日期，安置时限取年底和判决后六个月中较早的一天。"""
    return queries.show(call, await commands.judge(call, id, body))


@cases.post("/overdue-resettlements", summary="登记逾期户安置", dependencies=[allow(Role.CITY)])
async def resettle(body: ResettlementList, call: Changing) -> MovedList:
    """登记安置户数和凭证；货币化或异地安置须有居民同意书。剩余户数为零时转为“已全部安置”，等待销号。"""
    return moved_list(await commands.resettle(call, body))


@cases.post("/overdue-verifications", summary="销号", dependencies=[allow(Role.SUPERVISOR)])
async def verify(body: VerificationList, call: Changing) -> MovedList:
    """督导人员核实后销号。责任单位和登记安置的人员不能为自己的项目销号。"""
    return moved_list(await commands.verify(call, body))


@cases.post("/overdue-cases/{id}/return", summary="退回整改", dependencies=[allow(Role.SUPERVISOR)])
async def give_back(id: UUID, body: ReturnIn, call: Changing) -> OverdueCaseOut:
    """核实发现安置不属实的，写明意见退回，不予认可的户数重新计入剩余。"""
    return queries.show(call, await commands.give_back(call, id, body))
