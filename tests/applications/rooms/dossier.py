"""Whole applications: how they are shown and withdrawn."""

from tests.world.room import Room
from tests.world.world import Act

ROUTES = {
    "GET /v1/applications/{id}": Act(
        "show", "application", asked={"id": ("SELECT id FROM application LIMIT 1",)}
    ),
    "POST /v1/applications/{id}/withdrawal": Act(
        "single", "application/submitted", lambda _: {"reason": "家庭情况变化"}
    ),
}

ROOM = Room(ROUTES, after=("application",))
