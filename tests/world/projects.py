"""Projects and overdue cases in all their states, and how each route is called."""

from typing import Any

from deploy.demo import ledgers
from deploy.demo import world as invented
from shared.domain.regions import name_of
from shared.domain.roles import Role
from tests.acting import Json
from tests.harness import Office
from tests.projects.acts import month_of, plan_of, start_of
from tests.world.world import OFFICES, Act, Thing, World, keys

SITES = 10
WAY = ("surveyed", "screened", "listed", "planned", "started")
"""Two projects of each office are left in each of these states."""


async def build(office: Office) -> World:
    """Ten projects and six overdue cases per office."""
    world = World(office)
    for region in OFFICES:
        sites = [invented.survey(region, n) for n in range(SITES)]
        await world.post(Role.CITY, region, "/v1/surveys", {"items": sites})
    for region in OFFICES:
        await _way(world, region)
    for item in await world.listed(Role.PROVINCE, "/v1/projects"):
        world.add("project", item, item["region"])
        world.add(f"project/{item['state']}", item, item["region"])
    await _overdue(world)
    for item in await world.listed(Role.PROVINCE, "/v1/overdue-cases"):
        world.add("case", item, item["region"])
        world.add(f"case/{item['state']}", item, item["region"])
        if item["category"] == "S9.1b":
            world.add("case/in-court", item, item["region"])
    return world


async def _way(world: World, region: str) -> None:
    """Each command takes all but two of the projects further."""
    found = await world.listed(Role.PROVINCE, "/v1/projects", region=region)
    items = [{"id": i["id"], "version": i["version"]} for i in found]

    async def on(role: Role, path: str, bodies: list[Json], **more: Any) -> list[Json]:
        place = region if role is Role.CITY else "220000"
        answer = await world.post(role, place, path, {**more, "items": bodies})
        done: list[Json] = answer["items"]
        return done

    items = await on(Role.CITY, "/v1/screenings", [{**_key(i), "evidence": {}} for i in items[2:]])
    items = await on(
        Role.PROVINCE, "/v1/library-entries", [_key(i) for i in items[2:]], renovation_year=2021
    )
    items = await on(Role.PROVINCE, "/v1/annual-plans", [plan_of(i) for i in items[2:]], year=2021)
    items = await on(Role.CITY, "/v1/starts", [start_of(i) for i in items[2:]])


def _key(item: Json) -> Json:
    return {"id": item["id"], "version": item["version"]}


async def _overdue(world: World) -> None:
    rows = [row for region in OFFICES for row in overdue_rows(region, 6)]
    file = ("台账.xlsx", ledgers.xlsx("台账", ledgers.OVERDUE_COLUMNS, rows))
    await world.upload(Role.PROVINCE, "220000", "/v1/overdue-imports", file)
    for region in OFFICES:
        found = await world.listed(Role.PROVINCE, "/v1/overdue-cases", region=region)
        done = [
            {**_key(item), "households": item["households"], "evidence": "钥匙交付清单"}
            for item in found[:2]
        ]
        await world.post(Role.CITY, region, "/v1/overdue-resettlements", {"items": done})


def overdue_rows(region: str, count: int, first: int = 1) -> list[tuple[str | int, ...]]:
    """Rows of the ledger; the last one is before a court."""
    return [
        (
            region, f"{name_of(region)}回迁小区{first + n}期", 20 + n, "在建，施工进度滞后",
            "加强施工力量", "2021-12-31", f"{name_of(region)}住房和城乡建设局", "某责任人",
            "S9.1b" if n == count - 1 else "S9.1c", "2019-05-20", "",
        )
        for n in range(count)
    ]  # fmt: skip


def _ledger(thing: Thing) -> tuple[str, bytes]:
    rows = overdue_rows(thing.region, 2, 50)
    return "台账.xlsx", ledgers.xlsx("台账", ledgers.OVERDUE_COLUMNS, rows)


async def _prohibited(world: World, thing: Thing) -> Thing:
    """A site that a prohibition stops, checked and waiting for the signature."""
    site = invented.prohibited_survey(thing.region, 100)
    made = await world.post(Role.CITY, thing.region, "/v1/surveys", {"items": [site]})
    items = [{**_key(made["items"][0]), "evidence": {}}]
    await world.post(Role.CITY, thing.region, "/v1/screenings", {"items": items})
    return world.add("project/prohibited", made["items"][0], thing.region)


ROUTES: dict[str, Act] = {
    "GET /v1/projects": Act("list", "project"),
    "GET /v1/projects/{id}": Act("show", "project"),
    "POST /v1/surveys": Act(
        "create", "project",
        lambda t: {"items": [invented.survey(t[0].region, SITES + 1)]}, foreign=(403,),
    ),
    "POST /v1/projects/{id}/corrections": Act(
        "single", "project/surveyed",
        lambda _: {"households": 130, "reason": "复核发现户数登记有误"},
    ),
    "POST /v1/screenings": Act(
        "bulk", "project/surveyed", lambda things: {"items": keys(things, evidence={})}
    ),
    "POST /v1/projects/{id}/refusal": Act(
        "single", "project/screened", lambda _: {"opinion": "属于禁止纳入的情形，不予纳入。"},
        first=_prohibited,
    ),
    "POST /v1/library-entries": Act(
        "bulk", "project/screened",
        lambda things: {"renovation_year": 2021, "items": keys(things)},
    ),
    "POST /v1/annual-plans": Act(
        "bulk", "project/library",
        lambda things: {"year": 2021, "items": [plan_of(i) for i in keys(things)]},
    ),
    "POST /v1/starts": Act(
        "bulk", "project/planned", lambda things: {"items": [start_of(i) for i in keys(things)]}
    ),
    "POST /v1/progress-tables": Act(
        "bulk", "project/started",
        lambda things: {"month": "2021-04", "items": [month_of(i) for i in keys(things)]},
    ),
    "POST /v1/overdue-imports": Act("import", "case", file=_ledger, foreign=(422, 403)),
    "GET /v1/overdue-cases": Act("list", "case"),
    "GET /v1/overdue-cases/{id}": Act("show", "case"),
    "POST /v1/overdue-cases/{id}/unmaskings": Act(
        "show", "case", lambda _: {"purpose": "电话核实销号情况"}
    ),
    "POST /v1/overdue-cases/{id}/judgment": Act(
        "single", "case/in-court",
        lambda _: {"judged_on": "2021-03-12", "document_no": "（2021）吉0102民初12号"},
    ),
    "POST /v1/overdue-resettlements": Act(
        "bulk", "case/registered",
        lambda things: {"items": keys(things, households=1, mode="moved-in",
                                      evidence="钥匙交付清单", consent_document="同意书1")},
    ),
    "POST /v1/overdue-verifications": Act(
        "bulk", "case/resettled",
        lambda things: {"items": keys(things), "opinion": "抽查凭证，情况属实"},
    ),
    "POST /v1/overdue-cases/{id}/return": Act(
        "single", "case/resettled", lambda _: {"households": 2, "opinion": "两户尚未领到钥匙"}
    ),
}  # fmt: skip
