"""Projects: ten of each office, which the other rooms take on their way, two left in each state."""

from shared.domain.roles import Role
from tests.world.room import Room
from tests.world.world import World


async def _note(world: World) -> None:
    for item in await world.listed(Role.PROVINCE, "/v1/projects"):
        world.add("project", item, item["region"])
        world.add(f"project/{item['state']}", item, item["region"])


GROWN = """
INSERT INTO project (id, region, state, version, created_on, updated_at, name, address, parcel_no,
    site_kind, nature, location_kind, households, area_sqm, contiguous, traits, screened_on,
    evidence, entered_on, renovation_year, factors, planned_on, project_no, plan_year, units,
    planned_start_on, investment_fen, needs_clearing, started_on, completed_units, invested_fen,
    received_fen, paid_fen)
SELECT uuidv7(make_interval(secs => g - :rows)), pg_temp.region(g), state, 5, pg_temp.day(g),
    pg_temp.day(g), '地块' || g, '南关区', 'P' || g, 'old-city', 'residential', 'built-up', 100,
    5000, true, '[]', pg_temp.day(g), '{}', pg_temp.day(g), 2021, '[]', pg_temp.day(g), 'XM' || g,
    2021, 100, pg_temp.day(g), 100000000, true, pg_temp.day(g), 0, 0, 0, 0
FROM generate_series(1, :rows) AS g, LATERAL (SELECT pg_temp.pick(g, 100) AS h) AS draw,
    LATERAL (SELECT CASE
    WHEN h < 60 THEN 'completed' WHEN h < 80 THEN 'started' WHEN h < 88 THEN 'planned'
    WHEN h < 93 THEN 'library' WHEN h < 97 THEN 'surveyed' WHEN h < 99 THEN 'screened'
    ELSE 'prohibited' END AS state) AS spread;

INSERT INTO building (id, project_id, name, kind)
SELECT uuidv7(), id, '1号楼', 'bungalow' FROM project;
"""

ROOM = Room(note=_note, grown=GROWN)
