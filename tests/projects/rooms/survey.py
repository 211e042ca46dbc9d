"""Surveys: ten sites of each office."""

from deploy.demo import world as invented
from shared.domain.roles import Role
from tests.world.room import Room
from tests.world.world import OFFICES, Act, World

SITES = 10


async def _make(world: World) -> None:
    for region in OFFICES:
        sites = [invented.survey(region, n) for n in range(SITES)]
        await world.post(Role.CITY, region, "/v1/surveys", {"items": sites})


ROUTES = {
    "POST /v1/surveys": Act(
        "create", "project",
        lambda t: {"items": [invented.survey(t[0].region, SITES + 1)]}, foreign=(403,),
    ),
}  # fmt: skip

ROOM = Room(ROUTES, after=("project",), make=_make)
