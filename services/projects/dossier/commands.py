"""Correcting a survey with a new check, and refusing a project: both answer with the whole file."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete

from services.projects.dossier.queries import SURVEY_FIELDS, WHOLE
from services.projects.dossier.schemas import CorrectionIn
from services.projects.library.commands import prioritise
from services.projects.project.models import Building, Project
from services.projects.project.states import PROJECT, ProjectState
from services.projects.screening import commands as screening
from services.projects.screening.checks import Occasion, check
from services.projects.screening.rules import in_the_way
from services.projects.survey import rules
from services.projects.survey.commands import buildings_of, parcels_taken, surveyed
from shared.commands.changes import load, move, target_state
from shared.commands.context import CommandContext
from shared.contracts.projects import ProjectCorrected
from shared.db.statement import Statement
from shared.domain.problems import Refused
from shared.domain.problems import refuse as refuse_for
from shared.law.citing import cites

_MAY_BE_EMPTY = {"cause"}


@cites("S4.1", "S4.4")
async def correct(call: CommandContext, id: UUID, body: CorrectionIn) -> Any:
    """Correct a survey and run the check again on the corrected facts.

    Evidence accepted for the old facts does not count for the new ones: it is given anew. Before
    the library a project that passes is screened and one that does not is surveyed again; in the
    library it stays, with the verdicts that a person must then act on.
    """
    row: Any = await load(call, Project, id, **WHOLE)
    target_state(call, PROJECT, row, "correct")
    before = row.households
    changed = _apply(call, row, body)
    reasons = rules.survey_refusals(surveyed(row), call.today, "")
    if "parcel_no" in changed:
        parcels = [(row.region, row.parcel_no)]
        reasons += rules.parcel_refusals(
            parcels, await parcels_taken(call, parcels), ["/parcel_no"]
        )
    refuse_for("survey-incomplete", "更正后的调查资料不完整。", reasons)
    row.evidence = screening.given(body.evidence)
    event = ProjectCorrected(
        region=row.region,
        project_id=row.id,
        on=call.today,
        changed=tuple(sorted(changed)),
        households=row.households,
        households_change=row.households - before,
        area_sqm=row.area_sqm,
    )
    move(call, PROJECT, row, "correct", event, reason=body.reason)
    if row.state == ProjectState.SURVEYED:
        await screening.pass_or_keep(call, [row], [row.evidence], Occasion.CORRECTION)
    else:
        (verdicts,) = await check(call, [row], Occasion.CORRECTION)
        if not in_the_way(verdicts):
            prioritise(row, call.today)
    return row


_DEMOLISH = Statement(delete(Building).where(Building.project_id == bindparam("project")))


def _apply(call: CommandContext, row: Any, body: CorrectionIn) -> set[str]:
    """Put what was sent into the row; the names of what differs now."""
    sent: dict[str, Any] = {
        name: getattr(body, name) for name in body.model_fields_set.intersection(SURVEY_FIELDS)
    }
    if body.traits is not None:
        sent["traits"] = sorted(set(body.traits))
    emptied = sorted(n for n, value in sent.items() if value is None and n not in _MAY_BE_EMPTY)
    if emptied:
        raise Refused("field-emptied", f"这些内容不能清空：{'、'.join(emptied)}。", clause="S4.1")
    changed = {name for name, value in sent.items() if getattr(row, name) != value}
    for name in changed:
        setattr(row, name, sent[name])
    if body.buildings is not None:
        row.buildings = buildings_of(row.id, body.buildings)
        call.writes.also(_DEMOLISH, project=row.id)
        for building in row.buildings:
            call.writes.add(building)
        changed.add("buildings")
    if not changed:
        raise Refused("nothing-changed", "更正内容与现有资料相同。", clause="S4.1")
    return changed


async def refuse(call: CommandContext, id: UUID, opinion: str) -> Any:
    """A person signs that a project stays out."""
    row: Any = await load(call, Project, id, **WHOLE)
    await screening.refuse(call, row, opinion)
    return row
