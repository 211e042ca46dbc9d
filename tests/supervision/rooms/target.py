"""Targets of all 49 units for the year, and the units themselves."""

from deploy.demo import ledgers
from deploy.demo import world as invented
from shared.domain.roles import Role
from tests.world.room import Room
from tests.world.world import UNITS, Act, Thing, World


async def _make(world: World) -> None:
    file = ("目标任务.xlsx", ledgers.targets(invented.units()))
    await world.upload(Role.PROVINCE, "220000", "/v1/target-imports", file)


async def _note(world: World) -> None:
    for item in await world.listed(Role.PROVINCE, "/v1/targets"):
        world.add("target", item, item["region"])
    for unit in UNITS:
        world.add("unit", {"id": unit}, unit)


def _table(_: Thing) -> tuple[str, bytes]:
    return "目标任务.csv", ledgers.text_csv(
        ledgers.TARGET_COLUMNS, [("220100", "长春市", "1", "2", "3", "4.5")], "utf-8-sig"
    )


ROUTES = {
    "POST /v1/target-imports": Act("import", "unit", file=_table, open="全省一表"),
    "GET /v1/targets": Act("list", "target", asked={"year": ("2021",)}),
}

GROWN = """
INSERT INTO annual_target (id, region, state, version, created_on, updated_at, year, indicator,
    value)
SELECT uuidv7(), unit, 'set', 1, '2021-01-05', '2021-01-05', year, indicator, 100
FROM (SELECT DISTINCT unit FROM places) AS u, generate_series(2012, 2021) AS year,
    unnest('{started-units,subsidy-households,overdue-resettled-households,invested-fen}'::text[])
    AS indicator;
"""

ROOM = Room(ROUTES, make=_make, note=_note, grown=GROWN)
