"""Grants of every office: five approved households, four of them with a signed agreement."""

from typing import Any

from services.subsidy.grant.models import HOLDER, NUMBER
from shared.contracts.applications import ApplicationApproved
from shared.db.model import new_id
from shared.domain.identity import make_card_no
from shared.domain.roles import Role
from tests.acting import key
from tests.subsidy.acts import approval
from tests.world.room import Room, Sealed
from tests.world.world import OFFICES, Act, World, keys, unit_of

HOUSEHOLDS = 5
FORMER = "220381"
"""The code of 公主岭 before it moved from 四平 to 长春."""


async def _make(world: World) -> None:
    await world.office.deliver([approval(region=r) for r in OFFICES for _ in range(HOUSEHOLDS)])
    await world.office.deliver([_before_the_move()])
    for region in OFFICES:
        found = await world.listed(Role.PROVINCE, "/v1/grants", region=region)
        items = [
            key(g, account_name="户主本人", account_no=make_card_no(f"6222022{region}{n:05d}"))
            for n, g in enumerate(found[1:])
        ]
        await world.post(Role.CITY, unit_of(region), "/v1/agreements", {"items": items})


def _before_the_move() -> tuple[ApplicationApproved, Any, int]:
    event, id, version = approval(region="220184")
    return event.model_copy(update={"region": FORMER, "application_id": new_id()}), id, version


async def _note(world: World) -> None:
    for item in await world.listed(Role.PROVINCE, "/v1/grants"):
        world.add("grant", item, item["region"])
        world.add(f"grant/{item['state']}", item, item["region"])


ROUTES = {
    "GET /v1/grants": Act(
        "list", "grant", asked={"state": ("signed", "calculated"), "tier": ("low",)}
    ),
    "GET /v1/grants/{id}": Act("show", "grant"),
    "POST /v1/grants/{id}/stop": Act(
        "single", "grant/signed",
        lambda _: {"reason_code": "home-obtained", "opinion": "经核查，家庭已购买住房。",
                   "changed_on": "2021-06-01"},
    ),
    "POST /v1/grants/{id}/unmaskings": Act(
        "show", "grant/signed", lambda _: {"purpose": "核对银行退回账号"}
    ),
    "POST /v1/agreements": Act(
        "bulk", "grant/calculated",
        lambda things: {"items": keys(things, account_no="6222022001012345670",
                                      account_name="户主本人", rent_yuan="800.00")},
    ),
}  # fmt: skip

SEALED = {
    "number": Sealed(NUMBER, "6222020200112233449", of="part_id"),
    "holder": Sealed(HOLDER, "张小明", of="part_id"),
}

GROWN = """
INSERT INTO subsidy_grant (id, region, state, version, created_on, updated_at, application_id,
    household_key, categories, tier, household_size, own_area_sqm, approved_on, hold, standard_id,
    monthly_fen, amounts, signed_on, first_month, stop_month, stop_code, stop_reason)
SELECT s.id, p.code, state, 3, pg_temp.day(g), pg_temp.day(g), s.id, lpad(to_hex(g), 64, '0'),
    '["C13"]', ('{minimum,low,middle}'::text[])[1 + pg_temp.pick(g + 1, 3)], 3, 0, pg_temp.day(g),
    CASE state WHEN 'requested' THEN 'household-has-grant' ELSE '' END, d.id, 30000, 1,
    pg_temp.day(g), '2018-04', CASE state WHEN 'stopped' THEN '2021-01' END, '', ''
FROM sealed AS s
JOIN LATERAL (SELECT pg_temp.pick(g, 100) AS h) AS draw ON true
JOIN LATERAL (SELECT CASE WHEN h < 80 THEN 'signed' WHEN h < 95 THEN 'stopped'
    WHEN h < 98 THEN 'requested' ELSE 'calculated' END AS state) AS spread ON true
JOIN places AS p ON p.code = pg_temp.region(g)
JOIN standard AS d ON d.region = p.unit AND d.effective_from = '2021-01-01';

INSERT INTO account (id, region, grant_id, current, number_sealed, holder_sealed, number_index,
    created_at)
SELECT part_id, pg_temp.region(g), id, true, number, holder, sha256(int4send(g)), pg_temp.day(g)
FROM sealed;

INSERT INTO grant_amount (id, grant_id, number, from_month, monthly_fen, standard_id, steps)
SELECT id, id, 1, '2018-04', 30000, standard_id, '[]' FROM subsidy_grant;
"""

ROOM = Room(ROUTES, after=("standard",), make=_make, note=_note, grown=GROWN, sealed=SEALED)
