"""Contracts of every office's announced programme: eight properties, two in each state."""

from collections.abc import Sequence

from deploy.demo.world import person
from services.expropriation.contract.models import OWNER_ID_NO, OWNER_NAME, PHONE
from shared.domain.roles import Role
from tests.acting import Json, key
from tests.expropriation.acts import PAPER
from tests.expropriation.rooms.programme import OF_READER
from tests.world.room import Room, Sealed
from tests.world.world import OFFICES, Act, Thing, World, keys

HOMES = 8


async def _make(world: World) -> None:
    for region in OFFICES:
        (programme,) = await world.listed(
            Role.PROVINCE, "/v1/programmes", region=region, state="signing"
        )
        homes = [home(region, n) for n in range(HOMES)]
        body = {"programme_id": programme["id"], "items": homes}
        desk, till = Role.EXPROPRIATION, Role.FINANCE
        made = (await world.post(desk, region, "/v1/contract-drafts", body))["items"]
        signing = {"items": [key(i, **PAPER) for i in made[2:]]}
        made = (await world.post(desk, region, "/v1/contract-signings", signing))["items"]
        paying = {"items": [key(i, voucher_no=f"GK-{region}-{n}") for n, i in enumerate(made[2:])]}
        made = (await world.post(till, region, "/v1/contract-payments", paying))["items"]
        moving = {"items": [key(i) for i in made[2:]]}
        await world.post(desk, region, "/v1/contract-removals", moving)


async def _note(world: World) -> None:
    for item in await world.listed(Role.PROVINCE, "/v1/contracts"):
        world.add("contract", item, item["region"])
        world.add(f"contract/{item['state']}", item, item["region"])


def home(region: str, number: int) -> Json:
    """One property with its invented owner."""
    name, id_no, phone = person(region, "owner", number)
    return {
        "property_no": f"{region}-00-{number:04d}",
        "owner_name": name,
        "owner_id_no": id_no,
        "phone": phone,
        "area_sqm": "42.50",
        "mode": "money",
    }


def _vouchers(things: Sequence[Thing]) -> Json:
    return {"items": [{**k, "voucher_no": f"GK-N-{n}"} for n, k in enumerate(keys(things))]}


ROUTES = {
    "GET /v1/contracts": Act(
        "list", "contract", asked={"state": ("moved", "drafted"), "programme_id": (OF_READER,)}
    ),
    "GET /v1/contracts/{id}": Act(
        "show", "contract", asked={"id": ("SELECT id FROM contract LIMIT 1",)}
    ),
    "POST /v1/contracts/{id}/unmaskings": Act(
        "show", "contract", lambda _: {"purpose": "核对产权证明"}
    ),
    "POST /v1/contract-drafts": Act(
        "single", "programme/signing",
        lambda t: {"programme_id": t[0].id, "items": [home(t[0].region, HOMES + 1)]},
    ),
    "POST /v1/contract-payments": Act("bulk", "contract/signed", _vouchers),
}  # fmt: skip

SEALED = {
    "owner_name": Sealed(OWNER_NAME, "张小明"),
    "owner_id_no": Sealed(OWNER_ID_NO, "11010519491231002X"),
    "phone": Sealed(PHONE, "13912345678"),
}

GROWN = """
INSERT INTO contract (id, region, state, version, created_on, updated_at, programme_id, project_id,
    property_no, owner_name, owner_id_no, phone, area_sqm, mode, compensation_fen, steps,
    signing_no, signed_on, signed_at, signed_by, document_digest, owner_certificate,
    office_certificate, reward_fen, pay_by, paid_fen, voucher_no, paid_on, moving_no, moved_on)
SELECT s.id, p.region, spread.state, 4, pg_temp.day(s.g), pg_temp.day(s.g), p.id, p.project_id,
    'F' || s.g, s.owner_name, s.owner_id_no, s.phone, 60,
    ('{money,exchange}'::text[])[1 + pg_temp.pick(s.g, 2)], 30000000, '[]',
    CASE WHEN signed THEN nth END, CASE WHEN signed THEN pg_temp.day(s.g) END,
    CASE WHEN signed THEN pg_temp.day(s.g) END, CASE WHEN signed THEN 'office' END,
    CASE WHEN signed THEN repeat('0', 64) END, CASE WHEN signed THEN repeat('0', 64) END,
    CASE WHEN signed THEN repeat('0', 64) END, CASE WHEN signed THEN 0 END,
    CASE WHEN signed THEN pg_temp.day(s.g) END,
    CASE WHEN paid THEN 30000000 END, CASE WHEN paid THEN 'V' || s.g END,
    CASE WHEN paid THEN pg_temp.day(s.g) END,
    CASE spread.state WHEN 'moved' THEN nth END,
    CASE spread.state WHEN 'moved' THEN pg_temp.day(s.g) END
FROM sealed AS s
JOIN LATERAL (SELECT (s.g - 1) % 200 + 1 AS nth) AS place ON true
JOIN (SELECT *, row_number() OVER (ORDER BY id) AS g FROM programme) AS p
    ON p.g = (s.g - 1) / 200 + 1
JOIN LATERAL (SELECT CASE WHEN nth > 190 THEN 'drafted' WHEN nth > 180 THEN 'signed'
    WHEN nth > 120 THEN 'paid' ELSE 'moved' END AS state) AS spread ON true
JOIN LATERAL (SELECT spread.state <> 'drafted' AS signed,
    spread.state IN ('paid', 'moved') AS paid
    ) AS so_far ON true;
"""

ROOM = Room(ROUTES, after=("programme",), make=_make, note=_note, grown=GROWN, sealed=SEALED)
