"""Monthly reports of all units, which the days open: those of April closed, those of May open."""

from collections.abc import Sequence

from shared.domain.roles import Role
from tests.acting import Json
from tests.supervision.rooms.bulletin import MONTH, NEXT
from tests.world.room import Room
from tests.world.world import Act, Thing, World


async def _note(world: World) -> None:
    for month in (MONTH, NEXT):
        for item in await world.listed(Role.PROVINCE, "/v1/reports", month=month):
            world.add(f"report/{month}", item, item["region"])


def _submission(things: Sequence[Thing]) -> Json:
    change = {"indicator": "completed-units", "value": "3", "reason": "系统尚未登记"}
    items = [
        {"unit": t.region, "version": t.version, "remarks": "无", "changes": [change]}
        for t in things
    ]
    return {"month": NEXT, "items": items}


def _decision(things: Sequence[Thing]) -> Json:
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


ROUTES = {
    "POST /v1/report-submissions": Act("bulk", f"report/{NEXT}", _submission, foreign=(403,)),
    "POST /v1/report-decisions": Act("bulk", f"report/{NEXT}", _decision, first=_submitted),
    "GET /v1/reports/{id}": Act("show", f"report/{NEXT}"),
    "GET /v1/reports": Act(
        "list", f"report/{NEXT}", query=lambda _: {"month": NEXT},
        asked={"month": ("2021-03",), "state": ("accepted",)},
    ),
}  # fmt: skip

GROWN = """
INSERT INTO report (id, region, state, version, created_on, updated_at, month, due_on, figures,
    changes, remarks, decision_reason, late)
SELECT uuidv7(), unit, 'accepted', 3, '2021-03-05', '2021-03-05', month, '2021-03-05', '{}', '[]',
    '', '', false
FROM (SELECT DISTINCT unit FROM places) AS u,
    (SELECT pg_temp.month(n) AS month FROM generate_series(0, 35) AS n) AS months;
"""

ROOM = Room(ROUTES, after=("bulletin",), note=_note, grown=GROWN)
