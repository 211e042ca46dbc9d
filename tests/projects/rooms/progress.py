"""Starts and months of progress: of each office's planned projects all but two have started."""

from shared.domain.roles import Role
from tests.projects.acts import month_of, start_of
from tests.world.room import Room
from tests.world.world import OFFICES, Act, World, keys


async def _make(world: World) -> None:
    for region in OFFICES:
        found = await world.listed(Role.PROVINCE, "/v1/projects", region=region, state="planned")
        body = {"items": [start_of(i) for i in found[2:]]}
        await world.post(Role.CITY, region, "/v1/starts", body)


ROUTES = {
    "POST /v1/starts": Act(
        "bulk", "project/planned", lambda things: {"items": [start_of(i) for i in keys(things)]}
    ),
    "POST /v1/progress-tables": Act(
        "bulk", "project/started",
        lambda things: {"month": "2021-04", "items": [month_of(i) for i in keys(things)]},
    ),
}  # fmt: skip

GROWN = """
INSERT INTO progress_month (id, project_id, month, reported_on, corrections, stage, progress_rate,
    invested_fen, received_fen, paid_fen, completed_units, payment_pace)
SELECT uuidv7(), id, '2021-03', '2021-03-31', 0, 'structure', 0.5, 0, 0, 0, 0, 'normal'
FROM project;
"""

ROOM = Room(ROUTES, after=("plan",), make=_make, grown=GROWN)
