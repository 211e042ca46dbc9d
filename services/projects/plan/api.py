"""Routes of the annual plan."""

from services.projects.plan import commands
from services.projects.plan.schemas import PlanList
from shared.commands.views import moved_list
from shared.domain.fields import MovedList
from shared.domain.roles import Role
from shared.http.deps import Changing, allow
from shared.http.route import router

plans = router("/annual-plans", "annual-plans", "年度计划")


@plans.post("", summary="列入年度计划", dependencies=[allow(Role.PROVINCE)])
async def plan(body: PlanList, call: Changing) -> MovedList:
    """从项目库列入年度计划并编号。各年度和全生命周期收支应当平衡，并再次核查八项禁止情形。"""
    return moved_list(await commands.plan(call, body))
