"""Registering surveyed sites."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import any_, bindparam, select

from services.projects.project.models import Building, Project
from services.projects.project.states import PROJECT
from services.projects.survey import rules
from services.projects.survey.schemas import BuildingIn, SiteIn, SurveyList
from shared.commands.changes import create_all
from shared.commands.context import CommandContext
from shared.contracts.projects import ProjectSurveyed
from shared.db.model import new_id
from shared.db.records import record
from shared.db.statement import Statement
from shared.domain.problems import refuse
from shared.law.citing import cites


@cites("S4.1", "S4.2")
async def survey(call: CommandContext, body: SurveyList) -> list[Project]:
    """Register sites with their buildings. All that is wrong with any of them is told at once."""
    parcels = [(site.region, site.parcel_no) for site in body.items]
    pointers = [f"/items/{n}/parcel_no" for n in range(len(parcels))]
    reasons = rules.parcel_refusals(parcels, await parcels_taken(call, parcels), pointers)
    for n, site in enumerate(body.items):
        reasons += rules.survey_refusals(surveyed(site), call.today, f"/items/{n}")
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
    create_all(call, PROJECT, rows, events)
    for row, site in zip(rows, body.items, strict=True):
        for building in buildings_of(row.id, site.buildings):
            call.writes.add(building)
    return rows


def _project(site: SiteIn) -> Project:
    return record(
        Project,
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


def buildings_of(project_id: UUID, buildings: Sequence[BuildingIn]) -> list[Building]:
    """New rows for the buildings of a project, in this order."""
    return [
        record(Building, project_id=project_id, **building.model_dump()) for building in buildings
    ]


def surveyed(site: Any) -> rules.SurveyedSite:
    """What the rules look at, of a site as it was sent, or of a project with its buildings."""
    return rules.SurveyedSite(
        site.region,
        site.parcel_no,
        site.households,
        site.area_sqm,
        tuple(
            rules.AppraisedBuilding(
                b.built_year, b.appraisal_level, b.appraisal_agency, b.appraised_on
            )
            for b in site.buildings
        ),
    )


_STANDING = Statement(
    select(Project.region, Project.parcel_no).where(
        Project.region == any_(bindparam("regions")),
        Project.parcel_no == any_(bindparam("parcels")),
        Project.state != "prohibited",
    )
)


async def parcels_taken(
    call: CommandContext, parcels: Sequence[tuple[str, str | None]]
) -> set[tuple[str, str]]:
    """Parcels of these regions with one of these numbers on which a project stands.

    An index of the table keeps that no second one comes to stand there meanwhile.
    """
    regions = {region for region, parcel in parcels if parcel}
    numbers = {parcel for _, parcel in parcels if parcel}
    if not numbers:
        return set()
    found = await call.read(_STANDING, regions=sorted(regions), parcels=sorted(numbers))
    return {(one.region, one.parcel_no) for one in found}
