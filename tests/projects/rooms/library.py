"""Entries into the library: of each office's screened sites all but two."""

from shared.domain.roles import Role
from tests.acting import key
from tests.world.room import Room
from tests.world.world import OFFICES, Act, World, keys


async def _make(world: World) -> None:
    for region in OFFICES:
        found = await world.listed(Role.PROVINCE, "/v1/projects", region=region, state="screened")
        body = {"renovation_year": 2021, "items": [key(i) for i in found[2:]]}
        await world.post(Role.PROVINCE, "220000", "/v1/library-entries", body)


ROUTES = {
    "POST /v1/library-entries": Act(
        "bulk", "project/screened",
        lambda things: {"renovation_year": 2021, "items": keys(things)},
    ),
}  # fmt: skip

ROOM = Room(ROUTES, after=("screening",), make=_make)
