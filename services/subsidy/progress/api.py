"""The route of progress against the annual task."""

from typing import Annotated

from fastapi import Query

from services.subsidy.progress import queries
from services.subsidy.progress.schemas import ProgressList
from shared.domain.fields import Digits
from shared.domain.roles import Role
from shared.http.deps import Reading, allow
from shared.http.route import router

progress = router("/task-progress", "task-progress", "年度任务进度")


@progress.get(
    "",
    summary="查询年度租赁补贴发放进度",
    dependencies=[allow(Role.CITY, Role.FINANCE, Role.PROVINCE, Role.SUPERVISOR, Role.AUDITOR)],
)
async def show_progress(
    call: Reading,
    year: Annotated[
        int | None, Digits, Query(ge=2021, le=2100, description="年度，默认为本年")
    ] = None,
) -> ProgressList:
    """各单位已领补贴的家庭数、金额、距11月30日的天数，以及应保未保的低保低收入家庭数。"""
    return await queries.progress(call, year or call.today.year)
