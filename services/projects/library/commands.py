"""Taking screened projects into the library."""

from datetime import date

from services.projects.library import rules
from services.projects.library.schemas import LibraryEntries
from services.projects.project.kinds import LocationKind, SiteKind
from services.projects.project.models import Project
from services.projects.project.queries import BUILDINGS
from services.projects.project.states import PROJECT
from services.projects.screening.checks import Occasion, check, reasons_against
from shared.commands.changes import load_all, move_all, require_all
from shared.commands.context import CommandContext
from shared.contracts.projects import ProjectEnteredLibrary
from shared.domain.problems import refuse
from shared.law.citing import cites


@cites("S5.2", "S4.2", "S4.4")
async def enter(call: CommandContext, body: LibraryEntries) -> list[Project]:
    """Enter projects with parcel and year; the eight prohibitions are checked once more."""
    rows = await load_all(call, Project, body.items, buildings=BUILDINGS)
    require_all(call, PROJECT, rows, "enter")
    reasons = rules.year_refusals(body.renovation_year, call.today)
    for n, row in enumerate(rows):
        reasons += rules.parcel_refusals(row.parcel_no, f"/items/{n}/id")
    reasons += reasons_against(await check(call, rows, Occasion.LIBRARY))
    refuse("library-refused", "有项目不能入库。", reasons)
    for row in rows:
        row.renovation_year = body.renovation_year
        row.entered_on = call.today
    events = [
        ProjectEnteredLibrary(
            region=row.region,
            project_id=row.id,
            on=call.today,
            households=row.households,
            renovation_year=body.renovation_year,
            priority=prioritise(row, call.today),
        )
        for row in rows
    ]
    move_all(call, PROJECT, rows, "enter", events)
    return rows


@cites("S5.3", "S5.4", "S5.5")
def prioritise(row: Project, on: date) -> str:
    """Set the factors of a project and answer its priority."""
    place = rules.Place(
        SiteKind(row.site_kind),
        LocationKind(row.location_kind),
        row.households,
        row.contiguous,
        len(row.traits),
    )
    row.priority, row.factors = rules.factors(place, on)
    return row.priority
