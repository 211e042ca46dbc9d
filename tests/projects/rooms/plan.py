"""Annual plans: of each office's sites in the library all but two."""

from shared.domain.roles import Role
from tests.projects.acts import plan_of
from tests.world.room import Room
from tests.world.world import OFFICES, Act, World, keys


async def _make(world: World) -> None:
    for region in OFFICES:
        found = await world.listed(Role.PROVINCE, "/v1/projects", region=region, state="library")
        body = {"year": 2021, "items": [plan_of(i) for i in found[2:]]}
        await world.post(Role.PROVINCE, "220000", "/v1/annual-plans", body)


ROUTES = {
    "POST /v1/annual-plans": Act(
        "bulk", "project/library",
        lambda things: {"year": 2021, "items": [plan_of(i) for i in keys(things)]},
    ),
}  # fmt: skip

ROOM = Room(ROUTES, after=("library",), make=_make)
