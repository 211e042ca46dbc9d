"""Applications of every office: handed in, and six of ten accepted."""

from collections.abc import Sequence

from deploy.demo import ledgers
from deploy.demo.world import HOUSEHOLD_COLUMNS, household_rows, person
from services.applications.application.models import ID_NO, NAME, PHONE
from shared.domain.roles import Role
from tests import acting
from tests.acting import Json, key
from tests.world.room import Room, Sealed
from tests.world.world import OFFICES, Act, Thing, World, keys

HOMES = 10


async def _make(world: World) -> None:
    for region in OFFICES:
        await world.upload(
            Role.STREET, region, "/v1/household-imports",
            (f"{region}.csv", ledgers.households(region, HOMES)), {"region": region},
        )  # fmt: skip
    for region in OFFICES:
        found = await world.listed(Role.PROVINCE, "/v1/applications", region=region)
        await world.post(
            Role.STREET, region, "/v1/acceptances", {"items": [key(i) for i in found[4:]]}
        )


async def _note(world: World) -> None:
    for item in await world.listed(Role.PROVINCE, "/v1/applications"):
        world.add(f"application/{item['state']}", item, item["region"])
        world.add("application", item, item["region"])


def household(things: Sequence[Thing]) -> Json:
    """A household that hands in at the office of the thing's region."""
    region = things[0].region
    name, id_no, phone = person(region, "window", 1)
    members = [person(region, "window", 2)[1]]
    return acting.household(region=region, name=name, id_no=id_no, phone=phone, members=members)


def _register(thing: Thing) -> tuple[str, bytes]:
    rows = household_rows(thing.region, HOMES + 3)[HOMES:]
    return "台账.csv", ledgers.text_csv(HOUSEHOLD_COLUMNS, rows, "utf-8-sig")


ROUTES = {
    "POST /v1/household-imports": Act(
        "import", "application", query=lambda t: {"region": t.region}, file=_register,
        foreign=(403,),
    ),
    "POST /v1/applications": Act("create", "application", household, foreign=(403,)),
    "GET /v1/applications": Act("list", "application", asked={"state": ("approved", "notice1")}),
    "POST /v1/applications/{id}/unmaskings": Act(
        "show", "application", lambda _: {"purpose": "入户调查前电话预约"}
    ),
    "POST /v1/acceptances": Act(
        "bulk", "application/submitted", lambda things: {"items": keys(things)}
    ),
}  # fmt: skip

SEALED = {
    "name": Sealed(NAME, "张小明"),
    "phone": Sealed(PHONE, "13912345678"),
    "id_no": Sealed(ID_NO, "11010519491231002X"),
}

GROWN = """
INSERT INTO application (id, region, state, version, created_on, updated_at, receipt_no,
    submitted_by, consented_on, name, phone, household_key, household_size, hukou_region,
    urban_hukou, categories, tier, mode, monthly_income_fen, own_area_sqm, notice_ends_on)
SELECT id, pg_temp.region(g), state, 5, pg_temp.day(g), pg_temp.day(g), 'SQ' || g,
    'clerk-' || g % 1000, pg_temp.day(g), name, phone, lpad(to_hex(g), 64, '0'), 3,
    pg_temp.region(g), true, '["C13"]', 'minimum', 'subsidy', 150000, 21.5,
    CASE WHEN state IN ('notice1', 'notice2') THEN date '2021-04-05' END
FROM sealed, LATERAL (SELECT pg_temp.pick(g, 100) AS h) AS draw, LATERAL (SELECT CASE
    WHEN h < 85 THEN 'approved' WHEN h < 90 THEN 'rejected' WHEN h < 92 THEN 'withdrawn'
    WHEN h < 94 THEN 'ended' WHEN h < 96 THEN 'submitted' WHEN h < 97 THEN 'review1'
    WHEN h < 98 THEN 'notice1' WHEN h < 99 THEN 'review2' ELSE 'notice2' END AS state) AS spread;

INSERT INTO household_member (id, application_id, position, id_no, id_index, live)
SELECT id, id, 0, id_no, sha256(int4send(g)), pg_temp.pick(g, 100) < 85 FROM sealed;
"""

ROOM = Room(ROUTES, after=("standard",), make=_make, note=_note, grown=GROWN, sealed=SEALED)
