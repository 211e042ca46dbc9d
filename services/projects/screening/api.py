"""Routes of the screening."""

from services.projects.screening import commands
from services.projects.screening.schemas import ScreeningList
from shared.commands.views import moved_list
from shared.domain.fields import MovedList
from shared.domain.roles import Role
from shared.http.deps import Changing, allow
from shared.http.route import router

screenings = router("/screenings", "screenings", "禁入核查")


@screenings.post("", summary="八项禁止核查", dependencies=[allow(Role.CITY)])
async def screen(body: ScreeningList, call: Changing) -> MovedList:
    """逐条核查八项禁止情形并留存结论。通过的项目转为“已通过禁入核查”；未通过的保持原状，由人签署不予纳入。"""
    return moved_list(await commands.screen(call, body))
