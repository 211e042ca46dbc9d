"""Eligibility standards of every unit."""

from shared.domain.roles import Role
from tests.acting import Json
from tests.world.room import Room
from tests.world.world import UNITS, Act, World


def _standard(region: str, day: str) -> Json:
    return {
        "region": region,
        "effective_from": day,
        "document_no": "政办发〔2020〕11号",
        "income_line_yuan": "1800.00",
        "area_line_sqm": "16.00",
    }


async def _make(world: World) -> None:
    for unit in UNITS:
        body = _standard(unit, "2021-01-01")
        made = await world.post(Role.CITY, unit, "/v1/eligibility-standards", body)
        world.add("standard", made, unit)


ROUTES = {
    "POST /v1/eligibility-standards": Act(
        "create", "standard", lambda t: _standard(t[0].region, "2021-07-01"), foreign=(403,),
        places=UNITS,
    ),
    "GET /v1/eligibility-standards": Act("list", "standard", open="公开的文件"),
}  # fmt: skip

GROWN = """
INSERT INTO eligibility_standard (id, region, effective_from, document_no, income_line_fen,
    area_line_sqm, published_by, published_at)
SELECT gen_random_uuid(), unit, make_date(year, 1, 1), '吉安居办〔' || year || '〕1号', 200000, 15,
    'city', make_date(year, 1, 1)
FROM (SELECT DISTINCT unit FROM places) AS u, generate_series(2017, 2021) AS year;
"""

ROOM = Room(ROUTES, make=_make, grown=GROWN)
