"""Entitlements of every region, and how their routes are called: the same in every service."""

from shared.domain.roles import Role
from tests.acting import Json
from tests.world.room import Room
from tests.world.world import OFFICES, UNITS, Act, World


def _body(region: str) -> Json:
    return {
        "client": f"bureau-{region}",
        "region": region,
        "types": ["*"],
        "purpose": "统计月报，见数据共享协议",
    }


async def _make(world: World) -> None:
    """One for each region that the matrix looks at."""
    for region in dict.fromkeys((*OFFICES, *UNITS)):
        made = await world.post(Role.PROVINCE, "220000", "/v1/entitlements", _body(region))
        world.add("entitlement", made, region)


ROOM = Room(
    routes={
        "POST /v1/entitlements": Act(
            "create", "entitlement", lambda things: _body(things[0].region), foreign=(403,)
        ),
        "GET /v1/entitlements": Act(
            "list", "entitlement", asked={"state": ("active",), "client": ("client-7",)}
        ),
        "GET /v1/entitlements/{id}": Act("show", "entitlement"),
        "POST /v1/entitlements/{id}/revocation": Act(
            "single", "entitlement", lambda _: {"reason": "协议到期"}
        ),
    },
    make=_make,
)
