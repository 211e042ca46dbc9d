"""Targets, reports, alerts and an issued bulletin, and how each route is called."""

from datetime import date

from deploy.demo import ledgers
from deploy.demo import world as invented
from services.supervision.consumers import CHECKPOINTS
from shared.db.model import new_id
from shared.domain.roles import Role
from tests.acting import Json
from tests.harness import Office
from tests.supervision.acts import overdue, paid, planned, said, started, tell
from tests.world.world import OFFICES, UNITS, Act, Thing, World

MONTH, NEXT = "2021-04", "2021-05"


async def build(office: Office) -> World:
    """Targets and reports of all 49 units, one alert per office, the bulletin of April."""
    world = World(office)
    units = invented.units()
    file = ("目标任务.xlsx", ledgers.targets(units))
    await world.upload(Role.PROVINCE, "220000", "/v1/target-imports", file)
    await tell(office, *(started(region, 10) for region in OFFICES))
    await tell(office, *(paid(region, 31500) for region in OFFICES))
    await tell(office, *(planned(new_id(), "2021-04-03", region) for region in OFFICES))
    await tell(office, *(overdue(new_id(), "2021-12-31", region) for region in OFFICES))
    await tell(office, *(said(kind) for kind in CHECKPOINTS))
    office.clock.move_to(date(2021, 5, 6))
    await office.run_jobs()
    body = {"month": MONTH, "issued_on": "2021-05-06"}
    made = await world.post(Role.PROVINCE, "220000", "/v1/month-closings", body)
    world.add("bulletin", made, "220000", month=MONTH)
    office.clock.move_to(date(2021, 6, 1))
    await office.run_jobs()
    for item in await world.listed(Role.PROVINCE, "/v1/targets"):
        world.add("target", item, item["region"])
    for month in (MONTH, NEXT):
        for item in await world.listed(Role.PROVINCE, "/v1/reports", month=month):
            world.add(f"report/{month}", item, item["region"])
    for item in await world.listed(Role.PROVINCE, "/v1/alerts"):
        world.add("alert", item, item["region"])
        world.add(f"alert/{item['state']}", item, item["region"])
    for unit in UNITS:
        world.add("unit", {"id": unit}, unit)
    return world


def _submission(things: list[Thing]) -> Json:
    change = {"indicator": "completed-units", "value": "3", "reason": "系统尚未登记"}
    items = [
        {"unit": t.region, "version": t.version, "remarks": "无", "changes": [change]}
        for t in things
    ]
    return {"month": NEXT, "items": items}


def _decision(things: list[Thing]) -> Json:
    items = [
        {"unit": t.region, "version": t.version, "verdict": "return", "reason": "请补充说明"}
        for t in things
    ]
    return {"month": NEXT, "items": items}


async def _submitted(world: World, thing: Thing) -> Thing:
    """The report, handed in by its unit."""
    body = _submission([thing])
    made = await world.post(Role.CITY, thing.region, "/v1/report-submissions", body)
    return Thing(thing.kind, thing.id, made["items"][0]["version"], thing.region)


def _targets(_: Thing) -> tuple[str, bytes]:
    return "目标任务.csv", ledgers.text_csv(
        ledgers.TARGET_COLUMNS, [("220100", "长春市", "1", "2", "3", "4.5")], "utf-8-sig"
    )


ADDRESSED = "通报和排名印发各单位"


def _of_month(_: Thing) -> Json:
    return {"month": MONTH}


def _of_unit(thing: Thing) -> Json:
    return {"month": MONTH, "unit": thing.region}


ROUTES: dict[str, Act] = {
    "POST /v1/target-imports": Act("import", "unit", file=_targets, open="全省一表"),
    "GET /v1/targets": Act("list", "target"),
    "POST /v1/report-submissions": Act(
        "bulk", f"report/{NEXT}", lambda t: _submission(list(t)), foreign=(403,)
    ),
    "POST /v1/report-decisions": Act(
        "bulk", f"report/{NEXT}", lambda t: _decision(list(t)), first=_submitted
    ),
    "GET /v1/reports/{id}": Act("show", f"report/{NEXT}"),
    "GET /v1/reports": Act("list", f"report/{NEXT}", query=lambda _: {"month": NEXT}),
    "POST /v1/month-closings": Act(
        "create", "unit", lambda _: {"month": NEXT, "issued_on": "2021-06-04"}, open="全省一期"
    ),
    "GET /v1/bulletins": Act("list", "bulletin", open=ADDRESSED),
    "GET /v1/bulletins/{month}": Act("open", "bulletin", open=ADDRESSED, path=_of_month),
    "GET /v1/bulletins/{month}/document": Act(
        "open", "bulletin", query=lambda _: {"format": "csv"}, open=ADDRESSED, path=_of_month
    ),
    "GET /v1/bulletins/{month}/content": Act("open", "bulletin", open=ADDRESSED, path=_of_month),
    "GET /v1/rankings/{month}": Act("open", "bulletin", open=ADDRESSED, path=_of_month),
    "GET /v1/rankings/{month}/{unit}": Act("open", "unit", open=ADDRESSED, path=_of_unit),
    "GET /v1/rankings/{month}/{unit}/facts": Act(
        "list", "unit", query=lambda _: {"indicator": "started-units"}, path=_of_unit
    ),
    "GET /v1/checkpoints": Act("list", "checkpoint"),
    "GET /v1/alerts": Act("list", "alert"),
    "GET /v1/alerts/{id}": Act("show", "alert"),
    "POST /v1/alerts/{id}/acknowledgement": Act("single", "alert/open", lambda _: {}),
    "POST /v1/alerts/{id}/waiver": Act(
        "single", "alert/open", lambda _: {"reason": "项目已并入下一年度计划"}
    ),
}  # fmt: skip
