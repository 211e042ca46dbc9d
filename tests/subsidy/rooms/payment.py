"""Payments, as the batches made them."""

from shared.domain.roles import Role
from tests.world.room import Room
from tests.world.world import Act, World


async def _note(world: World) -> None:
    for item in await world.listed(Role.PROVINCE, "/v1/payments"):
        more = {"month": item["month"], "number": item["number"]}
        world.add("payment", item, item["region"], **more)
        world.add(f"payment/{item['state']}", item, item["region"], **more)


ROUTES = {
    "GET /v1/payments": Act(
        "list", "payment",
        asked={
            "state": ("paid", "failed"),
            "month": ("2021-03",),
            "batch_id": (
                ("SELECT batch_id FROM payment WHERE month = '2021-02'"
                " AND '{reach}'::int4multirange @> region::int LIMIT 1"),
            ),
            "grant_id": ("SELECT grant_id FROM payment LIMIT 1",),
        },
    ),
    "GET /v1/payments/{id}": Act(
        "show", "payment", asked={"id": ("SELECT id FROM payment LIMIT 1",)}
    ),
    "POST /v1/payments/{id}/write-off": Act(
        "single", "payment/failed", lambda _: {"reason": "受益人已去世，无继承账户。"}
    ),
}  # fmt: skip

GROWN = """
INSERT INTO payment (id, region, state, version, created_on, updated_at, number, batch_id,
    grant_id, household_key, month, amount_fen, amount_id, account_id, failure_code)
SELECT gen_random_uuid(), p.code, spread.state, 2, '2021-03-31', '2021-03-31',
    b.number || '-' || lpad(n::text, 8, '0'), b.id, s.id, lpad(to_hex(s.g), 64, '0'), b.month,
    30000, s.id, s.part_id, CASE spread.state WHEN 'failed' THEN 'other' ELSE '' END
FROM generate_series(0, :rows - 1) AS n
JOIN LATERAL (SELECT :rows / 36 + 1 AS grants) AS many ON true
JOIN sealed AS s ON s.g = n % grants + 1
JOIN places AS p ON p.code = pg_temp.region(s.g)
JOIN batch AS b ON b.region = p.unit AND b.month = pg_temp.month(n / grants)
JOIN LATERAL (SELECT pg_temp.pick(n, 100) AS h) AS draw ON true
JOIN LATERAL (SELECT CASE WHEN h < 94 THEN 'paid' WHEN h < 96 THEN 'failed'
    WHEN h < 97 THEN 'replaced' WHEN h < 99 THEN 'pending' ELSE 'cancelled' END AS state
    ) AS spread ON true
ORDER BY n;
"""

ROOM = Room(ROUTES, after=("batch",), note=_note, grown=GROWN)
