"""The feed gives a reader the events of its regions and types, and counts all that it withholds."""

from dataclasses import dataclass, field

import httpx
import pytest

from shared.domain.roles import Role
from tests.acting import Json, keyed
from tests.world.world import SEES, World
from tests.world.worlds import NAMES, Worlds


@dataclass
class Got:
    """What one reader got from the beginning to the end of a feed."""

    events: list[tuple[int, str, str]] = field(default_factory=list)
    """Position, region, type."""
    end: int = 0
    withheld: int = 0


async def read(client: httpx.AsyncClient) -> Got:
    """Everything that a reader gets. Each answer must account for every position that it covers."""
    got = Got()
    while True:
        answer = await client.get("/v1/events", params={"after": got.end, "limit": 200})
        assert answer.status_code == 200, answer.text
        for event in answer.json():
            assert event["regioncode"] == event["data"]["region"]
            got.events.append((int(event["sequence"]), event["regioncode"], event["type"]))
        following = int(httpx.URL(answer.links["next"]["url"]).params["after"])
        withheld = int(answer.headers["events-withheld"])
        assert following - got.end == len(answer.json()) + withheld
        got.withheld += withheld
        if following == got.end:
            return got
        got.end = following


async def entitle(world: World, client: str, region: str, *types: str) -> Json:
    """An entitlement by the province."""
    body = {"client": client, "region": region, "types": types or ["*"], "purpose": "统计"}
    return await world.post(Role.PROVINCE, "220000", "/v1/entitlements", body)


def _sees(reader: str, region: str) -> bool:
    """By the table of the worlds; other counties of a city by their first four digits."""
    if reader == "220000":
        return True
    known = region in SEES or region in SEES["220000"]
    city = reader.endswith("00") and region[:4] == reader[:4]
    return region in SEES[reader] or (city and not known)


REGIONS = ("220000", "220102", "220100", "220500", "220581", "229900")


@pytest.mark.parametrize("name", NAMES)
async def test_a_service_gets_its_regions_in_order_and_reaches_the_end(
    name: str, worlds: Worlds
) -> None:
    async with worlds.open(name) as world:
        everything = await read(world.client(Role.SERVICE, "220000"))
        assert [one[0] for one in everything.events] == list(range(1, everything.end + 1))
        for region in REGIONS[1:]:
            got = await read(world.client(Role.SERVICE, region))
            assert got.events == [e for e in everything.events if _sees(region, e[1])], region
            assert got.end == everything.end


@pytest.mark.parametrize("name", NAMES)
async def test_an_integrator_gets_what_it_is_entitled_to_region_by_type(
    name: str, worlds: Worlds
) -> None:
    """PIPL.51: own, child and other regions × granted and other types × revoked."""
    async with worlds.open(name) as world:
        everything = await read(world.client(Role.SERVICE, "220000"))
        kinds = sorted({kind for _, _, kind in everything.events})
        for region in REGIONS:
            for number, types in enumerate((["*"], kinds[:1], kinds[1:])):
                reader = f"reader-{region}-{number}"
                client = world.client(Role.INTEGRATOR, "220000", reader)
                assert (await client.get("/v1/events")).status_code == 403
                given = await entitle(world, reader, region, *types)
                got = await read(client)
                wanted = [
                    e for e in everything.events
                    if _sees(region, e[1]) and (types == ["*"] or e[2] in types)
                ]  # fmt: skip
                assert got.events == wanted, (region, types)
                assert (got.end, got.withheld) == (
                    everything.end,
                    everything.end - len(wanted),
                )
                revoked = await world.client(Role.PROVINCE, "220000").post(
                    f"/v1/entitlements/{given['id']}/revocation",
                    json={"reason": "协议到期"}, headers=keyed(1),
                )  # fmt: skip
                assert revoked.json()["state"] == "revoked"
                assert (await client.get("/v1/events")).status_code == 403
