"""Reading projects: line by line, and each with everything that belongs to it."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.projects.dossier.schemas import ProjectDetailOut, ProjectOut
from services.projects.library.rules import PRIORITIES
from services.projects.plan.queries import FLOWS
from services.projects.plan.queries import show as show_flow
from services.projects.progress.queries import MONTHS
from services.projects.progress.queries import show as show_month
from services.projects.progress.rules import STAGE_LABELS, late_days
from services.projects.project.models import Project
from services.projects.project.queries import BUILDINGS
from services.projects.project.queries import show as show_building
from services.projects.project.states import PROJECT
from services.projects.screening.queries import VERDICTS
from services.projects.screening.queries import show as show_verdict
from shared.commands.context import CommandContext
from shared.commands.reads import find
from shared.commands.views import head
from shared.domain.regions import name_of
from shared.http.paging import Listing, Page, PageOut, page

WHOLE = {"buildings": BUILDINGS, "verdicts": VERDICTS, "flows": FLOWS, "months": MONTHS}
"""Everything that belongs to a project."""

PROJECTS = Listing(
    select(Project), Project.region, Project.id, scope=Project.region, state=Project.state
)
SURVEY_FIELDS = (
    "name",
    "address",
    "parcel_no",
    "site_kind",
    "nature",
    "location_kind",
    "cause",
    "households",
    "area_sqm",
    "contiguous",
    "traits",
)
"""What a survey says of a site, besides its buildings."""
_SAME_NAME = (
    *SURVEY_FIELDS,
    "screened_on",
    "prohibited_on",
    "refusal_opinion",
    "entered_on",
    "renovation_year",
    "priority",
    "factors",
    "project_no",
    "plan_year",
    "planned_on",
    "units",
    "planned_start_on",
    "needs_clearing",
    "started_on",
    "stage",
    "progress_rate",
    "completed_on",
    "completed_units",
)


async def list_projects(
    call: CommandContext, state: str | None, region: str | None, paging: Page
) -> PageOut[ProjectOut]:
    """Projects in the caller's reach, by office, in the order in which they were surveyed."""
    return await page(
        call,
        PROJECTS,
        paging=paging,
        make=lambda row: ProjectOut(**_fields(call, row)),
        only=region,
        state=state,
    )


async def read(call: CommandContext, id: UUID) -> ProjectDetailOut:
    """One project in full; 404 outside the caller's reach."""
    detail = "没有找到这个项目，或者它不在您的辖区。"
    return show(call, await find(call, Project, id, detail, WHOLE))


def show(call: CommandContext, row: Any) -> ProjectDetailOut:
    """A project that was read with `WHOLE`."""
    return ProjectDetailOut(
        **_fields(call, row),
        buildings=[show_building(one) for one in row.buildings],
        screening=sorted((show_verdict(one) for one in row.verdicts), key=lambda one: one.clause),
        cash_flow=[show_flow(one) for one in row.flows],
        progress=[show_month(one) for one in row.months],
    )


def _fields(call: CommandContext, row: Project) -> dict[str, Any]:
    return {
        **head(call, PROJECT, row),
        **{name: getattr(row, name) for name in _SAME_NAME},
        "region_name": name_of(row.region),
        "surveyed_on": row.created_on,
        "priority_label": PRIORITIES[row.priority] if row.priority else None,
        "investment_yuan": row.investment_fen,
        "start_late_days": late_days(row.planned_start_on, row.started_on, call.today),
        "stage_label": STAGE_LABELS[row.stage] if row.stage else None,
        "invested_yuan": row.invested_fen,
        "funds_received_yuan": row.received_fen,
        "funds_paid_yuan": row.paid_fen,
    }
