"""Applications in all their states, and how each route of the service is called."""

from collections.abc import Sequence

from deploy.demo import ledgers
from deploy.demo.world import HOUSEHOLD_COLUMNS, household_rows, person
from shared.domain.roles import Role
from tests import acting
from tests.acting import Json, keyed
from tests.harness import Office
from tests.world.world import OFFICES, UNITS, Act, Thing, World, keys

HOMES = 10
DAY = "2021-04-01"
_PASS: Json = {"verdict": "pass", "opinion": "经审核，符合条件。", "visited_on": DAY}


async def build(office: Office) -> World:
    """Ten households per office: four submitted, two accepted, four on notice, two objected to."""
    world = World(office)
    for unit in UNITS:
        made = await world.post(
            Role.CITY, unit, "/v1/eligibility-standards", standard(unit, "2021-01-01")
        )
        world.add("standard", made, unit)
    for region in OFFICES:
        await world.upload(
            Role.STREET, region, "/v1/household-imports",
            (f"{region}.csv", ledgers.households(region, HOMES)), {"region": region},
        )  # fmt: skip
    for region in OFFICES:
        await _office(world, region)
    for item in await world.listed(Role.PROVINCE, "/v1/applications"):
        world.add(f"application/{item['state']}", item, item["region"])
        world.add("application", item, item["region"])
        if item["open_objections"]:
            await _objections(world, item)
    return world


async def _office(world: World, region: str) -> None:
    found = await world.listed(Role.PROVINCE, "/v1/applications", region=region)
    chosen = [Thing("application", i["id"], i["version"], region) for i in found[4:]]
    body = {"items": keys(chosen)}
    accepted = await world.post(Role.STREET, region, "/v1/acceptances", body)
    items = [{"id": i["id"], "version": i["version"], **_PASS} for i in accepted["items"][2:]]
    await world.post(
        Role.STREET, region, "/v1/review-meetings", {"stage": 1, "items": items}, subject="reviewer"
    )
    for item in items[:2]:
        answer = await world.client(Role.APPLICANT, "220722", "neighbour").post(
            f"/v1/applications/{item['id']}/objections", json=objection(()), headers=keyed()
        )
        assert answer.status_code == 201, answer.text


async def _objections(world: World, item: Json) -> None:
    client = world.client(Role.STREET, item["region"])
    answer = await client.get(f"/v1/applications/{item['id']}/objections")
    one = answer.json()["items"][0]
    world.add("objected", item, item["region"], objection_id=one["id"])


def standard(region: str, day: str) -> Json:
    return {
        "region": region,
        "effective_from": day,
        "document_no": "政办发〔2020〕11号",
        "income_line_yuan": "1800.00",
        "area_line_sqm": "16.00",
    }


def household(things: Sequence[Thing]) -> Json:
    """A household that hands in at the office of the thing's region."""
    region = things[0].region
    name, id_no, phone = person(region, "window", 1)
    members = [person(region, "window", 2)[1]]
    return acting.household(region=region, name=name, id_no=id_no, phone=phone, members=members)


def objection(_: Sequence[Thing]) -> Json:
    return {"text": "该户另有住房"}


def _register(thing: Thing) -> tuple[str, bytes]:
    rows = household_rows(thing.region, HOMES + 3)[HOMES:]
    return "台账.csv", ledgers.text_csv(HOUSEHOLD_COLUMNS, rows, "utf-8-sig")


PUBLISHED = "公开的文件"
ROUTES: dict[str, Act] = {
    "POST /v1/eligibility-standards": Act(
        "create", "standard", lambda t: standard(t[0].region, "2021-07-01"), foreign=(403,),
        places=UNITS,
    ),
    "GET /v1/eligibility-standards": Act("list", "standard", open=PUBLISHED),
    "POST /v1/household-imports": Act(
        "import", "application", query=lambda t: {"region": t.region}, file=_register,
        foreign=(403,),
    ),
    "POST /v1/applications": Act("create", "application", household, foreign=(403,)),
    "GET /v1/applications": Act("list", "application"),
    "GET /v1/applications/{id}": Act("show", "application"),
    "POST /v1/applications/{id}/withdrawal": Act(
        "single", "application/submitted", lambda _: {"reason": "家庭情况变化"}
    ),
    "POST /v1/applications/{id}/unmaskings": Act(
        "show", "application", lambda _: {"purpose": "入户调查前电话预约"}
    ),
    "POST /v1/acceptances": Act(
        "bulk", "application/submitted", lambda things: {"items": keys(things)}
    ),
    "POST /v1/review-meetings": Act(
        "bulk", "application/review1",
        lambda things: {"stage": 1, "items": keys(things, **_PASS)}, foreign=(404, 403),
        role=Role.STREET,
    ),
    "GET /v1/public-notices": Act("list", "application/notice1", open="公示，人人可看"),
    "POST /v1/applications/{id}/objections": Act(
        "single", "application/notice1", objection, open="任何人可对公示提出异议"
    ),
    "GET /v1/applications/{id}/objections": Act("show", "objected"),
    "POST /v1/applications/{id}/objections/{objection_id}/decision": Act(
        "single", "objected", lambda _: {"upheld": False, "reason": "经核查不属实"},
        path=lambda t: {"objection_id": t.more["objection_id"]},
    ),
}  # fmt: skip
