"""Screenings: of each office's surveyed sites all but two."""

from shared.domain.roles import Role
from tests.acting import key
from tests.world.room import Room
from tests.world.world import OFFICES, Act, World, keys


async def _make(world: World) -> None:
    for region in OFFICES:
        found = await world.listed(Role.PROVINCE, "/v1/projects", region=region, state="surveyed")
        body = {"items": [key(i, evidence={}) for i in found[2:]]}
        await world.post(Role.CITY, region, "/v1/screenings", body)


ROUTES = {
    "POST /v1/screenings": Act(
        "bulk", "project/surveyed", lambda things: {"items": keys(things, evidence={})}
    ),
}

ROOM = Room(ROUTES, after=("survey",), make=_make)
