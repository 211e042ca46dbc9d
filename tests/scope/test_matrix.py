"""Every route × post × region, with both layers of scope and with each layer alone (P12, F27)."""

import pytest
from sqlalchemy import func, select, true

from shared.commands.audit import audit_log
from shared.db.scope import Reach
from shared.domain.roles import Role
from shared.http.deps import PUBLIC
from shared.runtime.app import create_app
from tests.scope.matrix import Walk, ways
from tests.world.state import changed, contents
from tests.world.world import SEES, World
from tests.world.worlds import NAMES, Worlds

CALLERS = ("220102", "220100", "220300", "220500", "220581", "229900", "220000")
FEW = ("220102", "220100", "220500")
EVERY_POST = ("220102", "220100")
"""A district and its city: seen from them there are own, child, sibling, parent and other."""


async def walk(walk: Walk, *, every_post: bool) -> None:
    """Go through the matrix and see that nothing was shown or changed that should not be."""
    before = await contents(walk.world.office)
    for way in ways(walk.world):
        posts = sorted(way.posts)
        if every_post:
            await walk.posts(way)
        for number, region in enumerate(CALLERS if every_post else FEW):
            every = every_post and region in EVERY_POST
            for role in posts if every else [posts[number % len(posts)]]:
                await walk.region(way, role, region)
    assert not walk.wrong, f"{len(walk.wrong)} 处：\n" + "\n".join(walk.wrong[:40])
    assert changed(before, await contents(walk.world.office)) == []
    await _only_inside_was_unmasked(walk.world)


async def _only_inside_was_unmasked(world: World) -> None:
    """The audit trail knows of reads inside the reader's regions only."""
    columns = audit_log.c
    rows = select(columns.actor_region, columns.object_region).where(columns.action == "unmask")
    async with world.office.sessions() as session:
        for reader, region in await session.execute(rows.distinct()):
            assert region in SEES[reader], (reader, region)


@pytest.mark.parametrize("name", NAMES)
async def test_both_layers_as_every_post(name: str, worlds: Worlds) -> None:
    """IN.object."""
    async with worlds.open(name) as world:
        await walk(Walk(world), every_post=True)


@pytest.mark.parametrize("name", NAMES)
async def test_the_application_alone(name: str, worlds: Worlds) -> None:
    """The database's policies are passed by (a superuser): the queries' own scope holds."""
    async with worlds.open(name) as world:
        office = world.office
        app = create_app(office.spec, office.settings.as_owner(), clock=office.clock)
        async with app.state.sessions() as session:
            passed_by = select(func.current_setting("is_superuser"))
            assert (await session.execute(passed_by)).scalar_one() == "on"
        await walk(Walk(world, app), every_post=False)
        await app.state.engine.dispose()


@pytest.mark.parametrize("name", NAMES)
async def test_the_database_alone(
    name: str, worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No query and no command asks for the reach any more: the policies hold.

    Not the feed: it must know of what it hides, to let its reader get on.
    """
    monkeypatch.setattr(Reach, "clause", lambda *_: true())
    monkeypatch.setattr(Reach, "contains", lambda *_: True)
    async with worlds.open(name) as world:
        await walk(Walk(world, noughts=True), every_post=False)


@pytest.mark.parametrize("name", NAMES)
async def test_a_former_code_and_a_foreign_one_open_nothing(name: str, worlds: Worlds) -> None:
    async with worlds.open(name) as world:
        for way in ways(world):
            if PUBLIC in way.route.marks:
                continue
            for region in ("220381", "330100", "", "*", "22", "2201"):
                client = world.client(min(way.posts), region)
                answer = await client.request(way.method, way.act.address(way.route.path, None))
                assert answer.status_code == 401, f"{way} {region!r}: {answer.status_code}"


@pytest.mark.parametrize("name", NAMES)
async def test_a_cursor_is_its_readers_own(name: str, worlds: Worlds) -> None:
    """The province's place in a list is nobody else's, and not another list's. IN.list."""
    async with worlds.open(name) as world:
        cursors = {}
        for way in ways(world):
            if way.act.kind == "list" and "{" not in way.route.path:
                role = Role.CITY if Role.CITY in way.posts else min(way.posts)
                query = way.act.query(world.of(way.act.of)[0]) if way.act.query else {}
                params = {"limit": 1, **query}
                for region in ("220000", "220102"):
                    client = world.client(role, region)
                    if region == "220000":
                        answer = await client.get(way.route.path, params=params)
                        cursors[str(way)] = (answer.json() or {}).get("next")
                    elif cursors[str(way)]:
                        stolen = {**params, "cursor": cursors[str(way)]}
                        answer = await client.get(way.route.path, params=stolen)
                        assert answer.status_code == 422, str(way)
                        assert answer.json()["code"] == "cursor-invalid"
