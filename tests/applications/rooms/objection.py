"""Objections to two of each office's first notices."""

from services.applications.objection.models import TEXT
from shared.domain.roles import Role
from tests.acting import Json, done
from tests.world.room import Room, Sealed
from tests.world.world import OFFICES, Act, World

_TEXT: Json = {"text": "该户另有住房"}


async def _make(world: World) -> None:
    neighbour = world.client(Role.APPLICANT, "220722", "neighbour")
    for region in OFFICES:
        found = await world.listed(
            Role.PROVINCE, "/v1/applications", region=region, state="notice1"
        )
        for item in found[:2]:
            await done(neighbour, f"/v1/applications/{item['id']}/objections", _TEXT)


async def _note(world: World) -> None:
    for item in await world.listed(Role.PROVINCE, "/v1/applications"):
        if item["open_objections"]:
            client = world.client(Role.STREET, item["region"])
            answer = await client.get(f"/v1/applications/{item['id']}/objections")
            one = answer.json()["items"][0]
            world.add("objected", item, item["region"], objection_id=one["id"])


ROUTES = {
    "POST /v1/applications/{id}/objections": Act(
        "single", "application/notice1", lambda _: _TEXT, open="任何人可对公示提出异议"
    ),
    "GET /v1/applications/{id}/objections": Act(
        "show", "objected",
        asked={
            "id": (
                ("SELECT application_id FROM objection JOIN application a ON a.id = application_id"
                " WHERE '{reach}'::int4multirange @> a.region::int LIMIT 1"),
            )
        },
    ),
    "POST /v1/applications/{id}/objections/{objection_id}/decision": Act(
        "single", "objected", lambda _: {"upheld": False, "reason": "经核查不属实"},
        path=lambda t: {"objection_id": t.more["objection_id"]},
    ),
}  # fmt: skip

GROWN = """
INSERT INTO objection (id, application_id, notice_id, stage, raised_by, raised_on, due_on, text,
    outcome)
SELECT s.part_id, s.id, n.id, 1, 'neighbour', n.starts_on, n.ends_on, s.text, 'lapsed'
FROM sealed AS s JOIN public_notice AS n ON n.application_id = s.id AND n.outcome = 'closed'
WHERE s.g % 20 = 0;
"""

ROOM = Room(
    ROUTES, after=("notice",), make=_make, note=_note, grown=GROWN,
    sealed={"text": Sealed(TEXT, "不符", of="part_id")},
)  # fmt: skip
