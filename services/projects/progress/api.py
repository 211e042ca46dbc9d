"""Routes of starts and monthly progress."""

from services.projects.progress import commands
from services.projects.progress.schemas import ProgressTable, StartList
from shared.commands.views import moved_list
from shared.domain.fields import MovedList
from shared.domain.roles import Role
from shared.http.deps import Changing, allow
from shared.http.route import router

progress = router("", "progress", "开工和形象进度")


@progress.post("/starts", summary="确认开工", dependencies=[allow(Role.CITY)])
async def start(body: StartList, call: Changing) -> MovedList:
    """以进入地基基础结构施工为开工，须有施工许可证和现场照片；仅打围挡或开挖基坑不算开工。"""
    return moved_list(await commands.start(call, body))


@progress.post("/progress-tables", summary="报送形象进度表", dependencies=[allow(Role.CITY)])
async def report(body: ProgressTable, call: Changing) -> MovedList:
    """一个项目一个月一行。同一月份再次报送即为更正，事件只带差额；已有后续月份时不能再改。"""
    return moved_list(await commands.report(call, body))
