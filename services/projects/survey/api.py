"""Routes of the survey."""

from uuid import UUID

from services.projects.project.queries import show_in_full
from services.projects.project.schemas import ProjectDetailOut
from services.projects.survey import commands
from services.projects.survey.schemas import CorrectionIn, SurveyList
from shared.commands.shown import moved
from shared.domain.fields import MovedList
from shared.domain.roles import Role
from shared.http.deps import Writing, allow, requires_key
from shared.http.route import router

surveys = router("", "surveys", "调查摸底")


@surveys.post(
    "/surveys",
    status_code=201,
    summary="登记调查摸底结果",
    dependencies=[allow(Role.CITY), requires_key],
)
async def survey(body: SurveyList, call: Writing) -> MovedList:
    """登记棚户区地块、户数、面积和楼栋（含危险性鉴定）。同一地块不能重复登记。"""
    return moved(await commands.survey(call, body))


@surveys.post("/projects/{id}/corrections", summary="更正调查资料", dependencies=[allow(Role.CITY)])
async def correct(id: UUID, body: CorrectionIn, call: Writing) -> ProjectDetailOut:
    """更正调查资料，并按更正后的情况重新核查八项禁止情形。未填写的内容保持不变。"""
    return await show_in_full(call, await commands.correct(call, id, body))
