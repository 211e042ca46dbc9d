"""Overdue cases: six of each office, one of them before a court, two of them resettled."""

from deploy.demo import ledgers
from services.projects.overdue.models import PERSON
from shared.domain.regions import name_of
from shared.domain.roles import Role
from tests.acting import key
from tests.world.room import Room, Sealed
from tests.world.world import OFFICES, Act, Thing, World, keys


async def _make(world: World) -> None:
    rows = [row for region in OFFICES for row in overdue_rows(region, 6)]
    file = ("台账.xlsx", ledgers.xlsx("台账", ledgers.OVERDUE_COLUMNS, rows))
    await world.upload(Role.PROVINCE, "220000", "/v1/overdue-imports", file)
    for region in OFFICES:
        found = await world.listed(Role.PROVINCE, "/v1/overdue-cases", region=region)
        done = [
            key(item, households=item["households"], evidence="钥匙交付清单") for item in found[:2]
        ]
        await world.post(Role.CITY, region, "/v1/overdue-resettlements", {"items": done})


async def _note(world: World) -> None:
    for item in await world.listed(Role.PROVINCE, "/v1/overdue-cases"):
        world.add("case", item, item["region"])
        world.add(f"case/{item['state']}", item, item["region"])
        if item["category"] == "S9.1b":
            world.add("case/in-court", item, item["region"])


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


ROUTES = {
    "POST /v1/overdue-imports": Act("import", "case", file=_ledger, foreign=(422, 403)),
    "GET /v1/overdue-cases": Act(
        "list", "case",
        asked={"state": ("verified", "resettled"), "category": ("S9.2a",),
               "due_by": ("2020-12-31",)},
    ),
    "GET /v1/overdue-cases/{id}": Act(
        "show", "case", asked={"id": ("SELECT id FROM overdue_case LIMIT 1",)}
    ),
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

GROWN = """
INSERT INTO overdue_case (id, region, state, version, created_on, updated_at, case_no, situation,
    households, problem, measure, promised_on, responsible_unit, responsible_person, category,
    formed_on, due_on, resettled)
SELECT id, pg_temp.region(g), state, 2, '2021-03-31', pg_temp.day(g), 'YQ' || g, '情况' || g,
    20, '资金', '筹措', pg_temp.day(g) + 365, '住建局', person,
    ('{S9.1b,S9.1c,S9.1d,S9.2a,S9.2b,S9.2c,S9.2d,S9.2e}'::text[])[1 + pg_temp.pick(g + 1, 8)],
    pg_temp.day(g), pg_temp.day(g) + 540, CASE state WHEN 'registered' THEN 0 ELSE 20 END
FROM sealed, LATERAL (SELECT pg_temp.pick(g, 100) AS h) AS draw, LATERAL (SELECT CASE
    WHEN h < 90 THEN 'verified' WHEN h < 97 THEN 'registered' ELSE 'resettled' END AS state
    ) AS spread;
"""

ROOM = Room(
    ROUTES, make=_make, note=_note, grown=GROWN, sealed={"person": Sealed(PERSON, "张小明")}
)
