"""Making the annual plan out of the library."""

from services.projects.plan import rules
from services.projects.plan.models import CashFlowYear
from services.projects.plan.schemas import PlanItem, PlanList
from services.projects.project.models import Project
from services.projects.project.queries import BUILDINGS
from services.projects.project.states import PROJECT
from services.projects.screening.checks import Occasion, check, reasons_against
from shared.commands.changes import load_all, move_all, number, require_all
from shared.commands.context import CommandContext
from shared.contracts.projects import ProjectPlanned
from shared.db.records import record
from shared.domain.problems import refuse
from shared.law.citing import cites

SERIES = "PG"


@cites("S5.2", "S7.2", "S4.4")
async def plan(call: CommandContext, body: PlanList) -> list[Project]:
    """Plan projects of the library whose money holds; each gets its project number."""
    rows = await load_all(call, Project, body.items, buildings=BUILDINGS)
    require_all(call, PROJECT, rows, "plan")
    reasons = []
    for n, (item, row) in enumerate(zip(body.items, rows, strict=True)):
        where = f"/items/{n}"
        start = item.planned_start_on
        reasons += rules.plan_refusals(body.year, row.renovation_year, start, call.today, where)
        reasons += rules.balance_refusals(_flows(item), item.investment_yuan, where)
    reasons += reasons_against(await check(call, rows, Occasion.PLAN))
    refuse("plan-refused", "有项目不能列入年度计划。", reasons)
    for item, row in zip(body.items, rows, strict=True):
        row.plan_year, row.planned_on = body.year, call.today
        row.units, row.planned_start_on = item.units, item.planned_start_on
        row.investment_fen, row.needs_clearing = item.investment_yuan, item.needs_clearing
        # Numbers are of the year of the plan, which may be made the year before.
        number(call, row, "project_no", SERIES, year=body.year, digits=5)
        for flow, left in zip(_flows(item), rules.balances(_flows(item)), strict=True):
            call.writes.add(
                record(
                    CashFlowYear,
                    project_id=row.id,
                    year=flow.year,
                    in_fen=flow.in_fen,
                    out_fen=flow.out_fen,
                    left_fen=left,
                )
            )
    events = [
        _planned(call, row, item, body.year) for item, row in zip(body.items, rows, strict=True)
    ]
    move_all(call, PROJECT, rows, "plan", events)
    return rows


def _flows(item: PlanItem) -> list[rules.Flow]:
    return [rules.Flow(flow.year, flow.in_yuan, flow.out_yuan) for flow in item.cash_flow]


def _planned(call: CommandContext, row: Project, item: PlanItem, year: int) -> ProjectPlanned:
    return ProjectPlanned(
        region=row.region,
        project_id=row.id,
        on=call.today,
        project_no="",
        year=year,
        units=item.units,
        households=row.households,
        planned_start_on=item.planned_start_on,
        investment_fen=item.investment_yuan,
        needs_clearing=item.needs_clearing,
    )
