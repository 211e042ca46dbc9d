"""Running the check on projects and keeping every verdict, whatever the occasion."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import any_, bindparam, select

from services.projects.project.kinds import BuildingKind, Cause, LocationKind, Nature, SiteKind
from services.projects.project.models import Building, Project
from services.projects.screening import rules
from services.projects.screening.models import ScreeningVerdict
from shared.commands.context import CommandContext
from shared.db.records import record
from shared.db.statement import Statement
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
    projects: Sequence[Any],
    occasion: Occasion,
    evidence: Sequence[EvidenceGiven] | None = None,
) -> list[Verdicts]:
    """Check projects as they stand now and keep the verdicts; the answer is in their order.

    Each project comes with its `buildings`, and has the rows of its `verdicts` afterwards. Without
    `evidence` the evidence that each was last accepted on counts again. The verdicts are a record
    beside the project: they do not change its version.
    """
    given = list(evidence) if evidence is not None else [p.evidence for p in projects]
    known = await _planned(call, [e["link"]["project_no"] for e in given if "link" in e])
    answers = []
    for project, one in zip(projects, given, strict=True):
        verdicts = rules.screen(_site(project), _evidence(one, known), call.today)
        project.verdicts = [_row(call, project, occasion, verdict) for verdict in verdicts]
        for row in project.verdicts:
            call.writes.add(row)
        answers.append(verdicts)
    return answers


def reasons_against(answers: Sequence[Verdicts]) -> list[Reason]:
    """Every verdict that keeps an item of a list out, with its clause."""
    return [
        Reason(f"prohibited-{verdict.outcome}", verdict.basis, f"/items/{n}", verdict.clause)
        for n, verdicts in enumerate(answers)
        for verdict in rules.in_the_way(verdicts)
    ]


_PLANNED = Statement(
    select(Project.region, Project.project_no).where(
        Project.project_no == any_(bindparam("numbers")), Project.state != "prohibited"
    )
)
_REFUSED = Statement(
    select(Project.id).where(
        Project.project_no == any_(bindparam("numbers")), Project.state == "prohibited"
    )
)


async def _planned(call: CommandContext, numbers: Sequence[str]) -> set[str]:
    """Which of these numbers belong to a planned project that the caller can see.

    Nothing is written when one of them is refused meanwhile.
    """
    if not numbers:
        return set()
    found = await call.read(_PLANNED, numbers=list(numbers))
    known = {one.project_no for one in found if call.reach.contains(one.region)}
    if known:
        call.writes.unless(_REFUSED, numbers=sorted(known))
    return known


def _site(project: Any) -> rules.Site:
    return rules.Site(
        SiteKind(project.site_kind),
        Nature(project.nature),
        LocationKind(project.location_kind),
        Cause(project.cause) if project.cause else None,
        tuple(_house(building) for building in project.buildings),
    )


def _house(building: Building) -> rules.House:
    appraisal = f"{building.appraisal_agency} {building.appraised_on}"
    return rules.House(
        building.name,
        BuildingKind(building.kind),
        building.built_year,
        building.appraisal_level,
        appraisal if building.appraisal_level else "",
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
) -> ScreeningVerdict:
    return record(
        ScreeningVerdict,
        project_id=project.id,
        occasion=str(occasion),
        clause=verdict.clause,
        outcome=str(verdict.outcome),
        basis=verdict.basis,
        evidence=verdict.evidence,
        checker=call.actor.subject,
        at=call.now,
    )
