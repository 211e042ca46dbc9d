"""The feed gives an integrator the events of its regions, and progress over all others."""

import pytest

from shared.roles import Role
from tests.world.world import SEES, World
from tests.world.worlds import NAMES, Worlds


async def read(world: World, region: str) -> tuple[list[str], list[int], int]:
    """Regions and positions of all events that a reader gets, and where he ends."""
    client = world.client(Role.INTEGRATOR, region)
    regions, positions, after = [], [], 0
    while True:
        answer = await client.get("/v1/events", params={"after": after, "limit": 200})
        assert answer.status_code == 200, answer.text
        for event in answer.json():
            assert event["regioncode"] == event["data"]["region"]
            regions.append(event["regioncode"])
            positions.append(int(event["sequence"]))
        following = int(answer.headers["link"].partition("after=")[2].partition(">")[0])
        if following == after:
            return regions, positions, after
        after = following


@pytest.mark.parametrize("name", NAMES)
async def test_an_integrator_gets_its_regions_in_order_and_reaches_the_end(
    name: str, worlds: Worlds
) -> None:
    async with worlds.open(name) as world:
        everything, numbers, head = await read(world, "220000")
        assert numbers == list(range(1, head + 1))
        for region in ("220102", "220100", "220500", "220581", "229900"):
            _, positions, end = await read(world, region)
            wanted = [n for n, of in zip(numbers, everything, strict=True) if _sees(region, of)]
            assert positions == wanted, region
            assert end == head


def _sees(reader: str, region: str) -> bool:
    """By the table of the worlds; other counties of a city by their first four digits."""
    known = region in SEES or region in SEES["220000"]
    city = reader.endswith("00") and region[:4] == reader[:4]
    return region in SEES[reader] or (city and not known)
