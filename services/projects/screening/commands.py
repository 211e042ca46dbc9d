"""Screening projects, and signing the refusal of those that a prohibition keeps out."""

from collections.abc import Sequence
from typing import Any

from services.projects.project.models import Project
from services.projects.project.queries import BUILDINGS
from services.projects.project.states import PROJECT
from services.projects.screening import rules
from services.projects.screening.checks import EvidenceGiven, Occasion, Verdicts, check
from services.projects.screening.schemas import EvidenceIn, ScreeningList
from shared.commands import audit
from shared.commands.changes import load_all, move, move_all, require_all, target_state
from shared.commands.context import CommandContext
from shared.contracts.projects import ProjectProhibited, ProjectScreened
from shared.domain.problems import Refused
from shared.law.citing import cites


def given(evidence: EvidenceIn) -> dict[str, dict[str, str]]:
    """Evidence as it is kept with the project."""
    return evidence.model_dump(exclude_none=True)


@cites("S4.3", "S4.4")
async def screen(call: CommandContext, body: ScreeningList) -> list[Project]:
    """Check projects: what passes is screened, what does not stays surveyed with its verdicts.

    A prohibition that stands is not a refusal yet: a person signs that, see `refuse`.
    """
    rows = await load_all(call, Project, body.items, buildings=BUILDINGS)
    require_all(call, PROJECT, rows, "screen")
    evidence = [given(item.evidence) for item in body.items]
    await pass_or_keep(call, rows, evidence, Occasion.SCREENING)
    return rows


async def pass_or_keep(
    call: CommandContext,
    rows: Sequence[Any],
    evidence: Sequence[EvidenceGiven],
    occasion: Occasion,
) -> None:
    """Screen surveyed projects; those that do not pass get an audit row and keep their state."""
    answers = await check(call, rows, occasion, evidence)
    passed: list[tuple[Any, Verdicts]] = []
    for row, verdicts, shown in zip(rows, answers, evidence, strict=True):
        barred = rules.in_the_way(verdicts)
        if not barred:
            row.evidence = {name: dict(parts) for name, parts in shown.items()}
            row.screened_on = call.today
            passed.append((row, verdicts))
            continue
        call.writes.hold(row)  # the verdicts are of the facts as they were read
        audit.note(
            call,
            action="screen",
            object_type=PROJECT.name,
            object_id=row.id,
            region=row.region,
            version=row.version,
            before=row.state,
            after=row.state,
            reason="；".join(f"{v.clause} {v.basis}" for v in barred),
        )
    move_all(
        call,
        PROJECT,
        [row for row, _ in passed],
        "screen",
        [_screened(call, row, verdicts) for row, verdicts in passed],
    )


def _screened(call: CommandContext, row: Project, verdicts: Verdicts) -> ProjectScreened:
    return ProjectScreened(
        region=row.region,
        project_id=row.id,
        on=call.today,
        verdicts={verdict.clause: str(verdict.outcome) for verdict in verdicts},
    )


@cites("S4.4")
async def refuse(call: CommandContext, row: Any, opinion: str) -> None:
    """A person signs that a project stays out. Only what the check keeps out can be refused.

    The project comes with its buildings.
    """
    target_state(call, PROJECT, row, "refuse")
    (verdicts,) = await check(call, [row], Occasion.REFUSAL)
    barred = rules.in_the_way(verdicts)
    if not barred:
        raise Refused(
            "not-prohibited", "该项目不属于八项禁止情形，不能以此不予纳入。", clause="S4.4"
        )
    row.refusal_opinion = opinion
    row.prohibited_on = call.today
    event = ProjectProhibited(
        region=row.region,
        project_id=row.id,
        on=call.today,
        clauses=tuple(verdict.clause for verdict in barred),
    )
    move(call, PROJECT, row, "refuse", event, reason=opinion)
