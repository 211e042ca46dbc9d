"""The order of signing and of moving out: acts upon contracts, nothing of its own."""

from tests.expropriation.acts import PAPER
from tests.expropriation.rooms.programme import OF_READER
from tests.world.room import Room
from tests.world.world import Act, keys

ROUTES = {
    "GET /v1/programmes/{id}/signing-order": Act(
        "show", "programme/signing", asked={"id": (OF_READER,), "mode": ("money",)}
    ),
    "POST /v1/contract-signings": Act(
        "bulk", "contract/drafted", lambda things: {"items": keys(things, **PAPER)}
    ),
    "POST /v1/contract-removals": Act(
        "bulk", "contract/paid", lambda things: {"items": keys(things)}
    ),
}

ROOM = Room(ROUTES, after=("contract",))
