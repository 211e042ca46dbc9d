"""Registering surveyed sites, and correcting them with a new check each time."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, tuple_

from services.projects.library.commands import prioritise
from services.projects.project.models import Building, Project
from services.projects.project.states import PROJECT, ProjectState
from services.projects.screening import rules as screening
from services.projects.screening.checks import Occasion, check
from services.projects.screening.commands import given, pass_or_keep
from services.projects.survey import rules
from services.projects.survey.schemas import BuildingIn, CorrectionIn, SiteIn, SurveyList
from shared.commands import changes
from shared.commands.context import CommandContext
from shared.contracts.projects import ProjectCorrected, ProjectSurveyed
from shared.db.model import new_id
from shared.domain.problems import Refused, refuse
from shared.law.citing import cites

_PLAIN = {
    "name", "address", "parcel_no", "site_kind", "nature", "location_kind", "cause", "households",
    "area_sqm", "contiguous", "traits",
}  # fmt: skip
_MAY_BE_EMPTY = {"cause"}


@cites("S4.1", "S4.2")
async def survey(call: CommandContext, body: SurveyList) -> list[Project]:
    """Register sites with their buildings. All that is wrong with any of them is told at once."""
    reasons = rules.parcel_refusals(
        [(site.region, site.parcel_no) for site in body.items], await _taken(call, body.items)
    )
    for n, site in enumerate(body.items):
        reasons += rules.survey_refusals(_surveyed(site), call.today, f"/items/{n}")
    refuse("survey-incomplete", "调查资料不完整。", reasons)
    rows = [_project(site) for site in body.items]
    events = [
        ProjectSurveyed(
            region=row.region,
            project_id=row.id,
            on=call.today,
            households=row.households,
            area_sqm=row.area_sqm,
        )
        for row in rows
    ]
    await changes.create_all(call, PROJECT, rows, events)
    call.session.add_all(
        building
        for row, site in zip(rows, body.items, strict=True)
        for building in _buildings(row.id, site.buildings)
    )
    await call.session.flush()
    return rows


@cites("S4.1", "S4.4")
async def correct(call: CommandContext, id: UUID, body: CorrectionIn) -> Project:
    """Correct a survey and run the check again on the corrected facts.

    Evidence accepted for the old facts does not count for the new ones: it is given anew. Before
    the library a project that passes is screened and one that does not is surveyed again; in the
    library it stays, with the verdicts that a person must then act on.
    """
    row = await changes.lock(call, Project, id)
    PROJECT.allow(row.state, "correct", call.actor.roles)
    before = row.households
    changed = await _apply(call, row, body)
    refuse(
        "survey-incomplete",
        "更正后的调查资料不完整。",
        rules.survey_refusals(await _as_surveyed(call, row), call.today, ""),
    )
    evidence = given(body.evidence)
    row.evidence = evidence
    event = ProjectCorrected(
        region=row.region,
        project_id=row.id,
        on=call.today,
        changed=tuple(sorted(changed)),
        households=row.households,
        households_change=row.households - before,
        area_sqm=row.area_sqm,
    )
    await changes.move(call, PROJECT, row, "correct", event, reason=body.reason)
    if row.state == ProjectState.SURVEYED:
        await pass_or_keep(call, [row], [evidence], Occasion.CORRECTION)
    else:
        (verdicts,) = await check(call, [row], Occasion.CORRECTION, [evidence])
        if not screening.in_the_way(verdicts):
            prioritise(row, call.today)
    return row


async def _apply(call: CommandContext, row: Project, body: CorrectionIn) -> set[str]:
    """Put what was sent into the row; the names of what differs now."""
    sent: dict[str, Any] = {name: getattr(body, name) for name in body.model_fields_set & _PLAIN}
    if body.traits is not None:
        sent["traits"] = sorted(set(body.traits))
    emptied = sorted(n for n, value in sent.items() if value is None and n not in _MAY_BE_EMPTY)
    if emptied:
        raise Refused("field-emptied", f"这些内容不能清空：{'、'.join(emptied)}。", clause="S4.1")
    changed = {name for name, value in sent.items() if getattr(row, name) != value}
    for name in changed:
        setattr(row, name, sent[name])
    if body.buildings is not None:
        await call.session.execute(delete(Building).where(Building.project_id == row.id))
        call.session.add_all(_buildings(row.id, body.buildings))
        changed.add("buildings")
    if not changed:
        raise Refused("nothing-changed", "更正内容与现有资料相同。", clause="S4.1")
    await call.session.flush()
    return changed


def _project(site: SiteIn) -> Project:
    return Project(
        id=new_id(),
        region=site.region,
        name=site.name,
        address=site.address,
        parcel_no=site.parcel_no,
        site_kind=site.site_kind,
        nature=site.nature,
        location_kind=site.location_kind,
        cause=site.cause,
        households=site.households,
        area_sqm=site.area_sqm,
        contiguous=site.contiguous,
        traits=sorted(set(site.traits)),
    )


def _buildings(project_id: UUID, buildings: Sequence[BuildingIn]) -> list[Building]:
    return [
        Building(id=new_id(), project_id=project_id, **building.model_dump())
        for building in buildings
    ]


def _surveyed(site: SiteIn) -> rules.Surveyed:
    return rules.Surveyed(
        site.region,
        site.parcel_no,
        site.households,
        site.area_sqm,
        tuple(
            rules.Appraised(b.built_year, b.appraisal_level, b.appraisal_agency, b.appraised_on)
            for b in site.buildings
        ),
    )


async def _as_surveyed(call: CommandContext, row: Project) -> rules.Surveyed:
    statement = select(Building).where(Building.project_id == row.id).order_by(Building.id)
    return rules.Surveyed(
        row.region,
        row.parcel_no,
        row.households,
        row.area_sqm,
        tuple(
            rules.Appraised(b.built_year, b.appraisal_level, b.appraisal_agency, b.appraised_on)
            for b in await call.session.scalars(statement)
        ),
    )


async def _taken(call: CommandContext, sites: Sequence[SiteIn]) -> set[tuple[str, str]]:
    """Parcels of these sites on which a project stands."""
    wanted = {(site.region, site.parcel_no) for site in sites if site.parcel_no}
    statement = select(Project.region, Project.parcel_no).where(
        tuple_(Project.region, Project.parcel_no).in_(wanted), Project.state != "prohibited"
    )
    return {(region, parcel) for region, parcel in await call.session.execute(statement) if parcel}
