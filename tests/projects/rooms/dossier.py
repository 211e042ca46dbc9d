"""Whole projects: how they are listed, shown, corrected and refused."""

from deploy.demo import world as invented
from shared.domain.roles import Role
from tests.acting import key
from tests.world.room import Room
from tests.world.world import Act, Thing, World


async def _prohibited(world: World, thing: Thing) -> Thing:
    """A site that a prohibition stops, checked and waiting for the signature."""
    site = invented.prohibited_survey(thing.region, 100)
    made = await world.post(Role.CITY, thing.region, "/v1/surveys", {"items": [site]})
    items = [key(made["items"][0], evidence={})]
    await world.post(Role.CITY, thing.region, "/v1/screenings", {"items": items})
    return world.add("project/prohibited", made["items"][0], thing.region)


ROUTES = {
    "GET /v1/projects": Act("list", "project", asked={"state": ("completed", "screened")}),
    "GET /v1/projects/{id}": Act(
        "show", "project", asked={"id": ("SELECT id FROM project LIMIT 1",)}
    ),
    "POST /v1/projects/{id}/corrections": Act(
        "single", "project/surveyed",
        lambda _: {"households": 130, "reason": "复核发现户数登记有误"},
    ),
    "POST /v1/projects/{id}/refusal": Act(
        "single", "project/screened", lambda _: {"opinion": "属于禁止纳入的情形，不予纳入。"},
        first=_prohibited,
    ),
}  # fmt: skip

ROOM = Room(ROUTES, after=("project",))
