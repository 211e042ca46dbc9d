"""Routes of the screening."""

from uuid import UUID

from services.projects.project.queries import show_in_full
from services.projects.project.schemas import ProjectDetailOut
from services.projects.screening import commands
from services.projects.screening.schemas import RefusalIn, ScreeningList
from shared.commands.shown import moved
from shared.domain.fields import MovedList
from shared.domain.roles import Role
from shared.http.deps import Writing, allow
from shared.http.route import router

screenings = router("", "screenings", "禁入核查")


@screenings.post("/screenings", summary="八项禁止核查", dependencies=[allow(Role.CITY)])
async def screen(body: ScreeningList, call: Writing) -> MovedList:
    """逐条核查八项禁止情形并留存结论。通过的项目转为“已通过禁入核查”；未通过的保持原状，由人签署不予纳入。"""
    return moved(await commands.screen(call, body))


@screenings.post(
    "/projects/{id}/refusal",
    summary="签署不予纳入",
    dependencies=[allow(Role.CITY, Role.PROVINCE)],
)
async def refuse(id: UUID, body: RefusalIn, call: Writing) -> ProjectDetailOut:
    """由人写明意见，签署不予纳入；已入库后发现属于禁止情形的也在此清退。"""
    return await show_in_full(call, await commands.refuse(call, id, body.opinion))
