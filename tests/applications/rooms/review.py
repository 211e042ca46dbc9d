"""First reviews: of each office's accepted applications all but two are passed, and on notice."""

from shared.domain.roles import Role
from tests.acting import Json, key
from tests.world.room import Room
from tests.world.world import OFFICES, Act, World, keys

_PASS: Json = {"verdict": "pass", "opinion": "经审核，符合条件。", "visited_on": "2021-04-01"}


async def _make(world: World) -> None:
    for region in OFFICES:
        found = await world.listed(
            Role.PROVINCE, "/v1/applications", region=region, state="review1"
        )
        body = {"stage": 1, "items": [key(i, **_PASS) for i in found[2:]]}
        await world.post(Role.STREET, region, "/v1/review-meetings", body, subject="reviewer")


ROUTES = {
    "POST /v1/review-meetings": Act(
        "bulk", "application/review1",
        lambda things: {"stage": 1, "items": keys(things, **_PASS)}, foreign=(404, 403),
        role=Role.STREET,
    ),
}  # fmt: skip

GROWN = """
INSERT INTO review (id, application_id, stage, verdict, opinion, reviewer, organisation,
    reviewed_on, warnings)
SELECT uuidv7(make_interval(secs => g - :rows)), id, 1, 'pass', '属实', 'clerk', 'street',
    pg_temp.day(g), '[]'
FROM sealed WHERE pg_temp.pick(g, 100) < 97;
"""

ROOM = Room(ROUTES, after=("application",), make=_make, grown=GROWN)
