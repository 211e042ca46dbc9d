"""Programmes and contracts in all their states, and how each route is called."""

from datetime import date

from deploy.demo.world import person
from shared.domain.roles import Role
from tests.acting import Json
from tests.expropriation.acts import PAPER, TERMS, planned
from tests.harness import Office
from tests.world.world import OFFICES, Act, Thing, World, keys

HOMES = 8


async def build(office: Office) -> World:
    """Per office two programmes, one announced, with two contracts in each of four states."""
    world = World(office)
    await office.deliver([planned(region) for region in OFFICES for _ in range(2)])
    office.clock.move_to(date(2021, 4, 8))
    found = await world.listed(Role.PROVINCE, "/v1/programmes")
    for region in OFFICES:
        first = next(p for p in found if p["region"] == region)
        item = {"id": first["id"], "version": first["version"], **TERMS}
        await world.post(Role.EXPROPRIATION, region, "/v1/signing-periods", {"items": [item]})
    office.clock.move_to(date(2021, 4, 9))
    for item in await world.listed(Role.PROVINCE, "/v1/programmes"):
        world.add("programme", item, item["region"])
        world.add(f"programme/{item['state']}", item, item["region"])
    for region in OFFICES:
        await _contracts(world, region)
    for item in await world.listed(Role.PROVINCE, "/v1/contracts"):
        world.add("contract", item, item["region"])
        world.add(f"contract/{item['state']}", item, item["region"])
    return world


async def _contracts(world: World, region: str) -> None:
    (programme,) = world.of("programme/signing", region)
    body = {"programme_id": programme.id, "items": [home(region, n) for n in range(HOMES)]}
    desk, till = Role.EXPROPRIATION, Role.FINANCE
    made = (await world.post(desk, region, "/v1/contract-drafts", body))["items"]
    signing = {"items": [{**_key(i), **PAPER} for i in made[2:]]}
    made = (await world.post(desk, region, "/v1/contract-signings", signing))["items"]
    paying = {
        "items": [{**_key(i), "voucher_no": f"GK-{region}-{n}"} for n, i in enumerate(made[2:])]
    }
    made = (await world.post(till, region, "/v1/contract-payments", paying))["items"]
    moving = {"items": [_key(i) for i in made[2:]]}
    await world.post(desk, region, "/v1/contract-removals", moving)


def _key(item: Json) -> Json:
    return {"id": item["id"], "version": item["version"]}


def home(region: str, number: int) -> Json:
    """One property with its invented owner."""
    name, id_no, phone = person(region, "owner", number)
    return {
        "property_no": f"{region}-00-{number:04d}",
        "owner_name": name,
        "owner_id_no": id_no,
        "phone": phone,
        "area_sqm": "42.50",
        "mode": "money",
    }


def _vouchers(things: list[Thing]) -> Json:
    return {"items": [{**k, "voucher_no": f"GK-N-{n}"} for n, k in enumerate(keys(things))]}


ROUTES: dict[str, Act] = {
    "GET /v1/programmes": Act("list", "programme"),
    "GET /v1/programmes/{id}": Act("show", "programme"),
    "GET /v1/programmes/{id}/signing-order": Act("show", "programme/signing"),
    "POST /v1/signing-periods": Act(
        "bulk", "programme/opened", lambda things: {"items": keys(things, **TERMS)}
    ),
    "GET /v1/contracts": Act("list", "contract"),
    "GET /v1/contracts/{id}": Act("show", "contract"),
    "POST /v1/contracts/{id}/unmaskings": Act(
        "show", "contract", lambda _: {"purpose": "核对产权证明"}
    ),
    "POST /v1/contract-drafts": Act(
        "single", "programme/signing",
        lambda t: {"programme_id": t[0].id, "items": [home(t[0].region, HOMES + 1)]},
    ),
    "POST /v1/contract-signings": Act(
        "bulk", "contract/drafted", lambda things: {"items": keys(things, **PAPER)}
    ),
    "POST /v1/contract-payments": Act(
        "bulk", "contract/signed", lambda things: _vouchers(list(things))
    ),
    "POST /v1/contract-removals": Act(
        "bulk", "contract/paid", lambda things: {"items": keys(things)}
    ),
}  # fmt: skip
