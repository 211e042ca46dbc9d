"""Starting projects, and taking in their monthly progress."""

from datetime import date
from decimal import Decimal
from typing import Any, cast

from services.projects.progress import rules
from services.projects.progress.models import ProgressMonth
from services.projects.progress.queries import NEAR
from services.projects.progress.rules import MonthFigures, ProjectStanding, Stage
from services.projects.progress.schemas import ProgressItem, ProgressTable, StartList
from services.projects.project.models import Project
from services.projects.project.states import PROJECT, ProjectState
from shared.commands.changes import load_all, move_all, require_all
from shared.commands.context import CommandContext
from shared.contracts.projects import ProjectProgressed, ProjectStarted
from shared.db.records import record
from shared.domain.problems import refuse
from shared.law.citing import cites


@cites("S6.3", "S6.1")
async def start(call: CommandContext, body: StartList) -> list[Project]:
    """Record starts. Foundation structure works count, fences or a pit do not."""
    rows = await load_all(call, Project, body.items)
    require_all(call, PROJECT, rows, "start")
    reasons = []
    for n, (item, row) in enumerate(zip(body.items, rows, strict=True)):
        told = rules.Start(
            item.started_on, item.evidence, item.permit_no, item.photo_digest, item.agreement_no
        )
        reasons += rules.start_refusals(told, row.planned_on, call.today, f"/items/{n}")
    refuse("start-refused", "有项目不能确认开工。", reasons)
    events = []
    for item, row in zip(body.items, rows, strict=True):
        row.started_on, row.start_evidence = item.started_on, item.evidence
        row.permit_no, row.photo_digest = item.permit_no, item.photo_digest
        row.agreement_no = item.agreement_no
        events.append(
            ProjectStarted(
                region=row.region,
                project_id=row.id,
                on=call.today,
                started_on=item.started_on,
                planned_start_on=row.planned_start_on,
                year=row.plan_year,
                units=row.units,
            )
        )
    move_all(call, PROJECT, rows, "start", events)
    return rows


@cites("S6.5")
async def report(call: CommandContext, body: ProgressTable) -> list[Project]:
    """Take in a month's table. A month reported again is corrected.

    There is one row per project and month. The event of a correction carries the difference to
    what was reported before, so that whoever adds up events always has the right sum.
    """
    near = NEAR.given(body.month, body.month)
    rows: list[Any] = await load_all(call, Project, body.items, near=near)
    require_all(call, PROJECT, rows, "report")
    reasons, standings = [], []
    for n, (item, row) in enumerate(zip(body.items, rows, strict=True)):
        kept = next((one for one in row.near if one.month == body.month), None)
        last = next((one for one in row.near if one.month < body.month), None)
        before = _standing(row, kept, last)
        told = _figures(item)
        reasons += rules.progress_refusals(body.month, told, before, call.today, f"/items/{n}")
        standings.append((told, before, kept))
    refuse("progress-refused", "形象进度表有不合理的数字。", reasons)
    actions, events = [], []
    for row, (told, before, kept) in zip(rows, standings, strict=True):
        events.append(_progressed(call, row, body.month, told, kept))
        actions.append(_action(row, told))
        _sum_up(call, row, body.month, told, before, kept)
        values = _values(call, told, before)
        if kept is None:
            call.writes.add(record(ProgressMonth, project_id=row.id, month=body.month, **values))
        else:
            _correct(kept, values)
            call.writes.change(kept)
    move_all(call, PROJECT, rows, actions, events)
    return rows


def _standing(
    row: Project, kept: ProgressMonth | None, last: ProgressMonth | None
) -> ProjectStanding:
    return ProjectStanding(
        # a started project has these: the table's checks say so
        started_on=cast(date, row.started_on),
        units=cast(int, row.units),
        investment_fen=cast(int, row.investment_fen),
        last_month=row.last_month,
        stage=Stage(last.stage) if last else Stage.FOUNDATION,
        progress_rate=last.progress_rate if last else Decimal(0),
        received_fen=row.received_fen - (kept.received_fen if kept else 0),
        paid_fen=row.paid_fen - (kept.paid_fen if kept else 0),
        completed_units=row.completed_units - (kept.completed_units if kept else 0),
    )


def _figures(item: ProgressItem) -> MonthFigures:
    return MonthFigures(
        stage=item.stage,
        progress_rate=item.progress_rate,
        invested_fen=item.invested_yuan,
        received_fen=item.funds_received_yuan,
        paid_fen=item.funds_paid_yuan,
        completed_units=item.completed_units,
    )


def _progressed(
    call: CommandContext, row: Project, month: str, told: MonthFigures, kept: ProgressMonth | None
) -> ProjectProgressed:
    return ProjectProgressed(
        region=row.region,
        project_id=row.id,
        on=call.today,
        month=month,
        stage=told.stage.value,
        progress_rate=told.progress_rate,
        invested_fen=told.invested_fen - (kept.invested_fen if kept else 0),
        funds_received_fen=told.received_fen - (kept.received_fen if kept else 0),
        funds_paid_fen=told.paid_fen - (kept.paid_fen if kept else 0),
        completed_units=told.completed_units - (kept.completed_units if kept else 0),
    )


def _action(row: Project, told: MonthFigures) -> str:
    completed = told.stage is Stage.COMPLETED
    if row.state == ProjectState.STARTED:
        return "complete" if completed else "report"
    return "report" if completed else "reopen"


def _values(call: CommandContext, told: MonthFigures, before: ProjectStanding) -> dict[str, Any]:
    """What the month's row holds."""
    return {
        "reported_on": call.today,
        "stage": told.stage,
        "progress_rate": told.progress_rate,
        "invested_fen": told.invested_fen,
        "received_fen": told.received_fen,
        "paid_fen": told.paid_fen,
        "completed_units": told.completed_units,
        "payment_pace": rules.payment_pace(told, before, call.today),
    }


def _correct(kept: ProgressMonth, values: dict[str, Any]) -> None:
    kept.corrections += 1
    for name, value in values.items():
        setattr(kept, name, value)


def _sum_up(
    call: CommandContext,
    row: Project,
    month: str,
    told: MonthFigures,
    before: ProjectStanding,
    kept: ProgressMonth | None,
) -> None:
    """The project's sums and where it stands."""
    row.invested_fen += told.invested_fen - (kept.invested_fen if kept else 0)
    row.received_fen = before.received_fen + told.received_fen
    row.paid_fen = before.paid_fen + told.paid_fen
    row.completed_units = before.completed_units + told.completed_units
    row.last_month, row.stage, row.progress_rate = month, told.stage, told.progress_rate
    if told.stage is Stage.COMPLETED:
        row.completed_on = row.completed_on or call.today
    else:
        row.completed_on = None
