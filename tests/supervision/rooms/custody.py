"""Checkpoints of the logs of the other services, kept here."""

from services.supervision.consumers import CHECKPOINTS
from tests.supervision.acts import said, tell
from tests.world.room import Room
from tests.world.world import Act, World


async def _make(world: World) -> None:
    await tell(world.office, *(said(kind) for kind in CHECKPOINTS))


ROUTES = {
    "GET /v1/checkpoints": Act(
        "list", "checkpoint", asked={"service": ("projects",), "log": ("audit_log",)}
    ),
}

GROWN = """
INSERT INTO held_checkpoint (service, event_id, told, log, region, position, chain, at, signature,
    since_position, since_chain, received_on, contradiction)
SELECT ('{applications,subsidy,projects,expropriation,supervision}'::text[])[1 + g % 5],
    uuidv7(make_interval(secs => g - :rows)), g,
    ('{outbox,audit_log}'::text[])[1 + g / 5 % 2], '220000', g, repeat('0', 64), '2021-03-01',
    repeat('0', 64), g - 1, repeat('0', 64), '2021-03-01', ''
FROM generate_series(1, :rows) AS g;
"""

ROOM = Room(ROUTES, make=_make, grown=GROWN)
