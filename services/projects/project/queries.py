"""Reading projects."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.projects.library.rules import PRIORITIES
from services.projects.plan.models import CashFlowYear
from services.projects.progress.models import ProgressMonth
from services.projects.progress.rules import STAGE_LABELS, late_days
from services.projects.project.kinds import LABELS, BuildingKind
from services.projects.project.models import Building, Project
from services.projects.project.schemas import (
    BuildingOut,
    CashFlowOut,
    ProgressOut,
    ProjectDetailOut,
    ProjectOut,
    VerdictOut,
)
from services.projects.project.states import PROJECT
from services.projects.screening.checks import OCCASIONS
from services.projects.screening.models import ScreeningVerdict
from services.projects.screening.rules import PROHIBITIONS
from shared.commands.context import CommandContext
from shared.commands.shown import head
from shared.db.scope import within
from shared.domain.problems import NotFound
from shared.domain.regions import name_of
from shared.http.paging import Page, PageOut, page
from shared.law.notice import CLAUSES

_SAME_NAME = (
    "name", "address", "parcel_no", "site_kind", "nature", "location_kind", "cause", "households",
    "area_sqm", "contiguous", "traits", "screened_on", "prohibited_on", "refusal_opinion",
    "entered_on", "renovation_year", "priority", "factors", "project_no", "plan_year", "planned_on",
    "units", "planned_start_on", "needs_clearing", "started_on", "stage", "progress_rate",
    "completed_on", "completed_units",
)  # fmt: skip


async def list_projects(
    call: CommandContext, state: str, region: str, paging: Page
) -> PageOut[ProjectOut]:
    """Projects in the caller's reach, by office, in the order in which they were surveyed."""
    statement = select(Project)
    if state:
        statement = statement.where(Project.state == state)
    return await page(
        call, statement, Project.region, Project.id, scope=Project.region, only=region,
        paging=paging, make=lambda row: ProjectOut(**_fields(call, row)),
    )  # fmt: skip


async def read(call: CommandContext, id: UUID) -> ProjectDetailOut:
    """One project in full; 404 outside the caller's reach."""
    statement = within(select(Project), call, Project.region).where(Project.id == id)
    row = (await call.session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise NotFound("not-found", "没有找到这个项目，或者它不在您的辖区。")
    return await show_in_full(call, row)


async def show_in_full(call: CommandContext, row: Project) -> ProjectDetailOut:
    """A project with its buildings, latest verdicts, cash flow and months."""
    session = call.session
    buildings = await session.scalars(
        select(Building).where(Building.project_id == row.id).order_by(Building.id)
    )
    verdicts = await session.scalars(
        select(ScreeningVerdict)
        .where(ScreeningVerdict.project_id == row.id)
        .order_by(ScreeningVerdict.id.desc())
        .limit(len(PROHIBITIONS))
    )
    flows = await session.scalars(
        select(CashFlowYear).where(CashFlowYear.project_id == row.id).order_by(CashFlowYear.year)
    )
    months = await session.scalars(
        select(ProgressMonth)
        .where(ProgressMonth.project_id == row.id)
        .order_by(ProgressMonth.month)
    )
    return ProjectDetailOut(
        **_fields(call, row),
        buildings=[_building(one) for one in buildings],
        screening=sorted((_verdict(one) for one in verdicts), key=lambda one: one.clause),
        cash_flow=[_flow(one) for one in flows],
        progress=[_month(one) for one in months],
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


def _building(row: Building) -> BuildingOut:
    return BuildingOut(
        name=row.name,
        kind=row.kind,
        kind_label=LABELS[BuildingKind(row.kind)],
        built_year=row.built_year,
        appraisal_level=row.appraisal_level,
        appraisal_agency=row.appraisal_agency,
        appraised_on=row.appraised_on,
    )


def _verdict(row: ScreeningVerdict) -> VerdictOut:
    return VerdictOut(
        clause=row.clause,
        clause_text=CLAUSES[row.clause].text,
        outcome=row.outcome,
        basis=row.basis,
        evidence=row.evidence,
        occasion=row.occasion,
        occasion_label=OCCASIONS[row.occasion],
        checker=row.checker,
        at=row.at,
    )


def _flow(row: CashFlowYear) -> CashFlowOut:
    return CashFlowOut(
        year=row.year, in_yuan=row.in_fen, out_yuan=row.out_fen, left_yuan=row.left_fen
    )


def _month(row: ProgressMonth) -> ProgressOut:
    return ProgressOut(
        month=row.month,
        reported_on=row.reported_on,
        corrections=row.corrections,
        stage=row.stage,
        stage_label=STAGE_LABELS[row.stage],
        progress_rate=row.progress_rate,
        invested_yuan=row.invested_fen,
        funds_received_yuan=row.received_fen,
        funds_paid_yuan=row.paid_fen,
        completed_units=row.completed_units,
        payment_pace=row.payment_pace,
    )
