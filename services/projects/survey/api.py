"""Routes of the survey."""

from services.projects.survey import commands
from services.projects.survey.schemas import SurveyList
from shared.commands.views import moved_list
from shared.domain.fields import MovedList
from shared.domain.roles import Role
from shared.http.deps import Changing, allow, requires_key
from shared.http.route import router

surveys = router("/surveys", "surveys", "调查摸底")


@surveys.post(
    "",
    status_code=201,
    summary="登记调查摸底结果",
    dependencies=[allow(Role.CITY), requires_key],
)
async def survey(body: SurveyList, call: Changing) -> MovedList:
    """登记棚户区地块、户数、面积和楼栋（含危险性鉴定）。同一地块不能重复登记。"""
    return moved_list(await commands.survey(call, body))
