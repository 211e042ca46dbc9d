"""Subsidy standards of every unit."""

from shared.domain.roles import Role
from tests.subsidy.acts import STANDARD
from tests.world.room import Room
from tests.world.world import UNITS, Act, World


async def _make(world: World) -> None:
    for unit in UNITS:
        body = {**STANDARD, "region": unit}
        world.add("standard", await world.post(Role.CITY, unit, "/v1/standards", body), unit)


ROUTES = {
    "POST /v1/standards": Act(
        "create", "standard",
        lambda t: {**STANDARD, "region": t[0].region, "effective_from": "2021-09-01"},
        foreign=(403,), places=UNITS,
    ),
    "GET /v1/standards": Act(
        "list", "standard", open="本单位的标准是公开文件，所辖区县也按它办理"
    ),
}  # fmt: skip

GROWN = """
INSERT INTO standard (id, region, effective_from, document_no, per_capita_sqm, household_cap_sqm,
    unit_price_fen, coefficients, counted_persons, cap_at_rent, floor_fen, pays_from, created_at)
SELECT gen_random_uuid(), unit, make_date(year, 1, 1), '〔' || year || '〕2号', 15, 60,
    900, '{"minimum": "1", "low": "0.8", "middle": "0.6"}', '{}', false, 0, 'month-after',
    make_date(year, 1, 1)
FROM (SELECT DISTINCT unit FROM places) AS u, generate_series(2017, 2021) AS year;
"""

ROOM = Room(ROUTES, make=_make, grown=GROWN)
