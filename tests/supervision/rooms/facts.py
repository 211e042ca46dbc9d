"""Facts: in every office something was started and paid."""

from tests.supervision.acts import paid, started, tell
from tests.world.room import Room
from tests.world.world import OFFICES, World


async def _make(world: World) -> None:
    await tell(world.office, *(started(region, 10) for region in OFFICES))
    await tell(world.office, *(paid(region, 31500) for region in OFFICES))


GROWN = """
INSERT INTO fact (event_id, indicator, unit, region, month, on_day, amount, counted, event_type,
    source, position, subject, after_month)
SELECT uuidv7(make_interval(secs => g - :rows)), indicator, p.unit, p.code,
    pg_temp.month((36::bigint * (g - 1) / :rows)::int), '2021-03-01', 1,
    CASE indicator WHEN 'subsidy-payments' THEN left(md5((g % (:rows / 12 + 1))::text), 36)
        ELSE '' END,
    'cn.gov.jl.housing.subsidy.payment-settled.v1', 'subsidy', g, gen_random_uuid(),
    coalesce(pg_temp.month((36::bigint * (g - 1) / :rows)::int - 1), '')
FROM generate_series(1, :rows) AS g
JOIN LATERAL (SELECT ('{subsidy-payments,subsidy-payments,subsidy-paid-fen,applications-submitted,'
    'applications-approved,contracts-signed,contracts-paid,started-units,completed-units,'
    'invested-fen}'::text[])[1 + pg_temp.pick(g + 1, 10)] AS indicator) AS kind ON true
JOIN places AS p ON p.code = pg_temp.region(g);

INSERT INTO fact_counter (unit, month, indicator, amount, facts)
SELECT unit, month, indicator, sum(amount), count(*) FROM fact GROUP BY unit, month, indicator;
"""

ROOM = Room(make=_make, grown=GROWN)
