"""Reading the buildings of projects."""

from services.projects.project.kinds import LABELS, BuildingKind
from services.projects.project.models import Building
from services.projects.project.schemas import BuildingOut
from shared.commands.reads import ChildRows

BUILDINGS = ChildRows(Building, "p.project_id = t.id", "p.id")
"""All buildings of a project, in the order in which they were surveyed."""


def show(row: Building) -> BuildingOut:
    """A building as the file of its project shows it."""
    return BuildingOut(
        name=row.name,
        kind=row.kind,
        kind_label=LABELS[BuildingKind(row.kind)],
        built_year=row.built_year,
        appraisal_level=row.appraisal_level,
        appraisal_agency=row.appraisal_agency,
        appraised_on=row.appraised_on,
    )
