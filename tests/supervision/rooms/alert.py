"""Alerts: in every office a start and a case that are due, of which the days bring alerts."""

from shared.db.model import new_id
from shared.domain.roles import Role
from tests.supervision.acts import overdue, planned, tell
from tests.world.room import Room
from tests.world.world import OFFICES, Act, World


async def _make(world: World) -> None:
    await tell(world.office, *(planned(new_id(), "2021-04-03", region) for region in OFFICES))
    await tell(world.office, *(overdue(new_id(), "2021-12-31", region) for region in OFFICES))


async def _note(world: World) -> None:
    for item in await world.listed(Role.PROVINCE, "/v1/alerts"):
        world.add("alert", item, item["region"])
        world.add(f"alert/{item['state']}", item, item["region"])


ROUTES = {
    "GET /v1/alerts": Act(
        "list", "alert",
        asked={"state": ("resolved", "open"), "code": ("START_RISK", "PROHIBITED_IN_LIBRARY"),
               "level": ("red",)},
    ),
    "GET /v1/alerts/{id}": Act(
        "show", "alert", asked={"id": ("SELECT id FROM alert LIMIT 1",)}
    ),
    "POST /v1/alerts/{id}/acknowledgement": Act("single", "alert/open", lambda _: {}),
    "POST /v1/alerts/{id}/waiver": Act(
        "single", "alert/open", lambda _: {"reason": "项目已并入下一年度计划"}
    ),
}  # fmt: skip

GROWN = """
INSERT INTO alert (id, region, state, version, created_on, updated_at, code, object_id,
    object_label, period, level, clause, opened_on, due_on, reason)
SELECT uuidv7(make_interval(secs => g - :rows)), p.unit, state, 2, pg_temp.day(g), pg_temp.day(g),
    spread.code, g::text, '项目' || g, '',
    ('{blue,yellow,orange,red}'::text[])[1 + pg_temp.pick(g + 2, 4)], 'S6.3', pg_temp.day(g),
    pg_temp.day(g), ''
FROM generate_series(1, :rows) AS g
JOIN places AS p ON p.code = pg_temp.region(g)
JOIN LATERAL (SELECT pg_temp.pick(g, 100) AS h, pg_temp.pick(g + 1, 1000) AS k) AS draw ON true
JOIN LATERAL (SELECT CASE WHEN h < 92 THEN 'resolved' WHEN h < 97 THEN 'waived'
    WHEN h < 98 THEN 'open' WHEN h < 99 THEN 'acknowledged' ELSE 'escalated' END AS state,
    CASE WHEN k < 500 THEN 'START_RISK' WHEN k < 800 THEN 'CASE_DUE' WHEN k < 998 THEN 'REPORT_LATE'
    ELSE 'PROHIBITED_IN_LIBRARY' END AS code) AS spread ON true;

INSERT INTO watched (kind, object_id, unit, label, clause, due_on, done_on, listed_on)
SELECT 'project', gen_random_uuid(), pg_temp.region(g), '项目' || g, 'S6.3', '2021-03-01',
    CASE WHEN pg_temp.pick(g, 1000) > 2 THEN date '2021-02-01' END, '2020-01-01'
FROM generate_series(1, :rows) AS g;
"""

ROOM = Room(ROUTES, make=_make, note=_note, grown=GROWN)
