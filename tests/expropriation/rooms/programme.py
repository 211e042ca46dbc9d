"""Programmes: two of each office, one of them announced and in its signing period."""

from datetime import date

from shared.domain.roles import Role
from tests.acting import key
from tests.expropriation.acts import TERMS, planned
from tests.world.room import Room
from tests.world.world import OFFICES, Act, World, keys

OF_READER = "SELECT id FROM programme WHERE '{reach}'::int4multirange @> region::int LIMIT 1"
"""A query for one of the reader's own programmes."""


async def _make(world: World) -> None:
    await world.office.deliver([planned(region) for region in OFFICES for _ in range(2)])
    world.office.clock.move_to(date(2021, 4, 8))
    for region in OFFICES:
        first = (await world.listed(Role.PROVINCE, "/v1/programmes", region=region))[0]
        body = {"items": [key(first, **TERMS)]}
        await world.post(Role.EXPROPRIATION, region, "/v1/signing-periods", body)
    world.office.clock.move_to(date(2021, 4, 9))


async def _note(world: World) -> None:
    for item in await world.listed(Role.PROVINCE, "/v1/programmes"):
        world.add("programme", item, item["region"])
        world.add(f"programme/{item['state']}", item, item["region"])


ROUTES = {
    "GET /v1/programmes": Act("list", "programme", asked={"state": ("closed", "signing")}),
    "GET /v1/programmes/{id}": Act("show", "programme"),
    "POST /v1/signing-periods": Act(
        "bulk", "programme/opened", lambda things: {"items": keys(things, **TERMS)}
    ),
}

GROWN = """
INSERT INTO programme (id, region, state, version, created_on, updated_at, programme_no,
    project_id, project_no, households, starts_on, ends_on, tiers, unit_price_fen,
    funds_confirmed_doc, last_signing_no, last_signed_at, last_moving_no, moving_fee_fen,
    transition_fee_fen, transition_months, pay_within_days)
SELECT uuidv7(make_interval(secs => g - :rows)), pg_temp.region(g), state, 3, pg_temp.day(g),
    pg_temp.day(g), 'ZS' || g, gen_random_uuid(), 'XM' || g, 200, '2021-03-01',
    CASE state WHEN 'closed' THEN date '2021-03-25' ELSE date '2021-04-25' END,
    '[]', 500000, '到位', 180, pg_temp.day(g), 0, 0, 0, 0, 0
FROM generate_series(1, :rows / 200 + 1) AS g
JOIN LATERAL (SELECT CASE WHEN pg_temp.pick(g, 100) < 90 THEN 'closed' ELSE 'signing' END AS state
    ) AS spread ON true;
"""

ROOM = Room(ROUTES, make=_make, note=_note, grown=GROWN)
