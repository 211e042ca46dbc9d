"""Running the check on projects and keeping every verdict, whatever the occasion."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from services.projects.project.kinds import BuildingKind, Cause, LocationKind, Nature, SiteKind
from services.projects.project.models import Building, Project
from services.projects.screening import rules
from services.projects.screening.models import ScreeningVerdict
from shared.commands.context import CommandContext
from shared.db.model import among, new_id
from shared.db.scope import within
from shared.domain.problems import Reason
from shared.law.citing import cites

Verdicts = tuple[rules.Verdict, ...]
EvidenceGiven = Mapping[str, Mapping[str, str]]


class Occasion(StrEnum):
    """Why a check was run. A project is checked again at every gate."""

    SCREENING = "screening"
    CORRECTION = "correction"
    LIBRARY = "library"
    PLAN = "plan"
    REFUSAL = "refusal"


OCCASIONS = {
    "screening": "禁入核查",
    "correction": "资料更正",
    "library": "入库",
    "plan": "列入年度计划",
    "refusal": "签署不予纳入",
}


@cites("S4.4")
async def check(
    call: CommandContext,
    projects: Sequence[Project],
    occasion: Occasion,
    evidence: Sequence[EvidenceGiven] | None = None,
) -> list[Verdicts]:
    """Check projects as they stand now and keep the verdicts; the answer is in their order.

    Without `evidence` the evidence that each project was last accepted on counts again. The
    verdict rows are a record beside the project: they do not change its version.
    """
    given = list(evidence) if evidence is not None else [p.evidence for p in projects]
    houses = await _houses(call, [project.id for project in projects])
    known = await _planned(call, [e["link"]["project_no"] for e in given if "link" in e])
    answers = [
        rules.screen(_site(project, houses.get(project.id, ())), _evidence(one, known), call.today)
        for project, one in zip(projects, given, strict=True)
    ]
    rows = [
        _row(call, project, occasion, verdict)
        for project, verdicts in zip(projects, answers, strict=True)
        for verdict in verdicts
    ]
    await call.session.execute(insert(ScreeningVerdict), rows)
    return answers


def reasons_against(answers: Sequence[Verdicts]) -> list[Reason]:
    """Every verdict that keeps an item of a list out, with its clause."""
    return [
        Reason(f"prohibited-{verdict.outcome}", verdict.basis, f"/items/{n}", verdict.clause)
        for n, verdicts in enumerate(answers)
        for verdict in rules.in_the_way(verdicts)
    ]


async def _houses(call: CommandContext, ids: Sequence[UUID]) -> dict[UUID, tuple[rules.House, ...]]:
    statement = select(Building).where(among(Building.project_id, ids)).order_by(Building.id)
    found: dict[UUID, tuple[rules.House, ...]] = {}
    for building in await call.session.scalars(statement):
        appraisal = f"{building.appraisal_agency} {building.appraised_on}"
        house = rules.House(
            building.name,
            BuildingKind(building.kind),
            building.built_year,
            building.appraisal_level,
            appraisal if building.appraisal_level else "",
        )
        found[building.project_id] = (*found.get(building.project_id, ()), house)
    return found


async def _planned(call: CommandContext, numbers: Sequence[str]) -> set[str]:
    """Which of these numbers belong to a planned project that the caller can see."""
    if not numbers:
        return set()
    statement = within(select(Project.project_no), call, Project.region).where(
        Project.project_no.in_(numbers), Project.state != "prohibited"
    )
    return {number for number in await call.session.scalars(statement) if number}


def _site(project: Project, houses: tuple[rules.House, ...]) -> rules.Site:
    return rules.Site(
        SiteKind(project.site_kind),
        Nature(project.nature),
        LocationKind(project.location_kind),
        Cause(project.cause) if project.cause else None,
        houses,
    )


def _evidence(given: EvidenceGiven, known: set[str]) -> rules.Evidence:
    link = given.get("link", {})
    return rules.Evidence(
        criteria_document=given.get("criteria", {}).get("document_no", ""),
        linked_project=link.get("project_no", ""),
        link_reason=link.get("reason", ""),
        link_known=link.get("project_no", "") in known,
        review_reason=given.get("review", {}).get("reason", ""),
    )


def _row(
    call: CommandContext, project: Project, occasion: Occasion, verdict: rules.Verdict
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "project_id": project.id,
        "occasion": str(occasion),
        "clause": verdict.clause,
        "outcome": str(verdict.outcome),
        "basis": verdict.basis,
        "evidence": verdict.evidence,
        "checker": call.actor.subject,
        "at": call.now,
    }
