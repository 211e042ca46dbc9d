"""Routes of monthly reports."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.supervision.report import commands, queries
from services.supervision.report.schemas import ReportDecisions, ReportOut, ReportSubmissions
from services.supervision.report.states import ReportState
from shared.commands.views import moved_list
from shared.domain.fields import Month, MovedList
from shared.domain.roles import Role
from shared.http.deps import Changing, Reading, allow
from shared.http.paging import PageOut, Paging
from shared.http.route import router

reports = router("", "reports", "月报告")

READERS = allow(Role.CITY, Role.GOVERNMENT, Role.PROVINCE, Role.SUPERVISOR, Role.AUDITOR)


@reports.post("/report-submissions", summary="报送月报告", dependencies=[allow(Role.CITY)])
async def submit_reports(call: Changing, command: ReportSubmissions) -> MovedList:
    """报告单位报送本月报告。数字由系统从业务事实汇总；更改的数字逐项说明原因。"""
    return moved_list(await commands.submit(call, command))


@reports.post("/report-decisions", summary="接收或退回月报告", dependencies=[allow(Role.PROVINCE)])
async def decide_reports(call: Changing, command: ReportDecisions) -> MovedList:
    """省安居办接收月报告，或写明原因退回。"""
    return moved_list(await commands.decide(call, command))


@reports.get("/reports/{id}", summary="查看一份月报告", dependencies=[READERS])
async def get_report(id: UUID, call: Reading) -> ReportOut:
    """一个单位一个月的月报告。"""
    return await queries.get_report(call, id)


@reports.get("/reports", summary="查询月报告", dependencies=[READERS])
async def list_reports(
    call: Reading,
    paging: Paging,
    month: Annotated[Month, Query(description="报告月份", examples=["2021-04"])],
    state: Annotated[ReportState | None, Query(description="状态")] = None,
) -> PageOut[ReportOut]:
    """一个月的月报告：汇总数字、单位的更改和说明、报送情况。"""
    return await queries.list_reports(call, month, state, paging)
