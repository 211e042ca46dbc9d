"""The bulletin of April, for which the clock is moved to May, and then to June."""

from datetime import date

from shared.domain.roles import Role
from tests.acting import Json
from tests.world.room import Room
from tests.world.world import Act, Thing, World

MONTH, NEXT = "2021-04", "2021-05"


async def _make(world: World) -> None:
    world.office.clock.move_to(date(2021, 5, 6))
    await world.office.run_jobs()
    body = {"month": MONTH, "issued_on": "2021-05-06"}
    made = await world.post(Role.PROVINCE, "220000", "/v1/month-closings", body)
    world.add("bulletin", made, "220000", month=MONTH)
    world.office.clock.move_to(date(2021, 6, 1))
    await world.office.run_jobs()


def _of_month(_: Thing) -> Json:
    return {"month": MONTH}


def _of_unit(thing: Thing) -> Json:
    return {"month": MONTH, "unit": thing.region}


ADDRESSED = "通报和排名印发各单位"
ROUTES = {
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
        "list", "unit", query=lambda _: {"indicator": "started-units"}, path=_of_unit,
        asked={"month": ("2021-03",), "unit": ("220100",), "indicator": ("subsidy-payments",)},
    ),
}  # fmt: skip

GROWN = """
INSERT INTO bulletin (id, region, state, version, created_on, updated_at, month, year, number,
    issued_on, positions, digest, content, document)
SELECT uuidv7(), '220000', 'issued', 1, '2021-03-05', '2021-03-05', month, left(month, 4)::int,
    row_number() OVER (PARTITION BY left(month, 4) ORDER BY month), '2021-03-05', '{}',
    repeat('0', 64), '{}', '{}'
FROM (SELECT pg_temp.month(n) AS month FROM generate_series(0, 35) AS n) AS months;
"""

ROOM = Room(ROUTES, after=("target", "facts", "custody", "alert"), make=_make, grown=GROWN)
