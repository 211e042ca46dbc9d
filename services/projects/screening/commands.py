"""Screening projects, and signing the refusal of those that a prohibition keeps out."""

from collections.abc import Sequence
from uuid import UUID

from services.projects.project.models import Project
from services.projects.project.states import PROJECT
from services.projects.screening import rules
from services.projects.screening.checks import EvidenceGiven, Occasion, Verdicts, check
from services.projects.screening.schemas import EvidenceIn, ScreeningList
from shared.commands import audit, changes
from shared.commands.changes import require_all
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
    rows = await changes.lock_all(call, Project, body.items)
    require_all(call, PROJECT, rows, "screen")
    evidence = [given(item.evidence) for item in body.items]
    await pass_or_keep(call, rows, evidence, Occasion.SCREENING)
    return rows


async def pass_or_keep(
    call: CommandContext,
    rows: Sequence[Project],
    evidence: Sequence[EvidenceGiven],
    occasion: Occasion,
) -> None:
    """Screen surveyed projects; those that do not pass get an audit row and nothing else."""
    answers = await check(call, rows, occasion, evidence)
    passed: list[tuple[Project, Verdicts]] = []
    kept = []
    for row, verdicts, shown in zip(rows, answers, evidence, strict=True):
        barred = rules.in_the_way(verdicts)
        if not barred:
            row.evidence = {name: dict(parts) for name, parts in shown.items()}
            row.screened_on = call.today
            passed.append((row, verdicts))
            continue
        kept.append(
            audit.entry(
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
        )
    await audit.write_all(call, kept)
    await changes.move_all(
        call, PROJECT, [row for row, _ in passed], "screen",
        [_screened(call, row, verdicts) for row, verdicts in passed],
    )  # fmt: skip


def _screened(call: CommandContext, row: Project, verdicts: Verdicts) -> ProjectScreened:
    return ProjectScreened(
        region=row.region,
        project_id=row.id,
        on=call.today,
        verdicts={verdict.clause: str(verdict.outcome) for verdict in verdicts},
    )


@cites("S4.4")
async def refuse(call: CommandContext, id: UUID, opinion: str) -> Project:
    """A person signs that a project stays out. Only what the check keeps out can be refused."""
    row = await changes.lock(call, Project, id)
    PROJECT.allow(row.state, "refuse", call.actor.roles)
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
    await changes.move(call, PROJECT, row, "refuse", event, reason=opinion)
    return row
