"""Addresses, queries, versions and keys of every route."""

import pytest

from shared.http.deps import PUBLIC, requires_key
from tests.acting import as_seen
from tests.inputs import corpus
from tests.inputs.asking import Asking
from tests.world.state import changed, contents
from tests.world.worlds import NAMES, Worlds


@pytest.mark.parametrize("name", NAMES)
async def test_an_id_that_is_none_is_refused(name: str, worlds: Worlds) -> None:
    """Nothing, nobody, another kind's id, rubbish: 404 or 422. IN.object."""
    async with worlds.open(name) as world:
        before, asking = await contents(world.office), Asking(world)
        everything = [things[0].id for kind, things in world.things.items() if kind != "unit"]
        for way in asking.ways:
            if "{id}" not in way.route.path:
                continue
            thing = asking.thing(way)
            family = way.act.of.partition("/")[0].replace("objected", "application")
            own = {t.id for kind, ts in world.things.items() if kind.startswith(family) for t in ts}
            for place in (*corpus.PLACES, *(id for id in everything if id not in own)):
                path = way.route.path.replace("{id}", place).replace("{objection_id}", place)
                answer = await asking.send(way, thing, asking.body(way, thing), path=path)
                asking.refused(answer, way, place)
                if not answer.is_server_error and answer.status_code not in (404, 405, 422):
                    asking.wrong.append(f"{way} ← {place}：{answer.status_code}")
        asking.asked += 1
        asking.done()
        assert changed(before, await contents(world.office)) == []


@pytest.mark.parametrize("name", NAMES)
async def test_a_query_that_cannot_be_meant_is_refused(name: str, worlds: Worlds) -> None:
    """IN.list, IN.figures."""
    async with worlds.open(name) as world:
        asking = Asking(world)
        for way in asking.ways:
            if way.method != "GET":
                continue
            thing = asking.thing(way)
            path = way.act.address(way.route.path, thing)
            given = way.act.query(thing) if way.act.query else {}
            operation = world.office.app.openapi()["paths"][way.route.path]["get"]
            told = (p["name"] for p in operation.get("parameters", ()) if p["in"] == "query")
            for param in (name for name in told if name not in ("limit", "cursor")):
                rest = "&".join(f"{k}={v}" for k, v in given.items() if k != param)
                for value in corpus.QUERIES:
                    answer = await asking.send(way, thing, path=f"{path}?{rest}&{param}={value}")
                    free = param == "code"  # a text to look for: finds nothing
                    (asking.unbroken if free else asking.refused)(answer, way, (param, value))
            if way.act.kind == "list" and way.act.region != "unit":
                rest = "&".join(f"{k}={v}" for k, v in given.items())
                for param, values in (("limit", corpus.NUMBERS), ("cursor", corpus.CURSORS)):
                    for value in values:
                        answer = await asking.send(
                            way, thing, path=f"{path}?{rest}&{param}={value}"
                        )
                        asking.refused(answer, way, (param, value))
        asking.done()


@pytest.mark.parametrize("name", NAMES)
async def test_a_transition_wants_the_version_that_was_seen(name: str, worlds: Worlds) -> None:
    """IN.state."""
    async with worlds.open(name) as world:
        before, asking = await contents(world.office), Asking(world)
        for way in asking.ways:
            if way.act.kind != "single" or "{id}" not in way.route.path or way.act.open:
                continue
            thing = asking.thing(way)
            if "items" in asking.body(way, thing):
                continue  # each item has its own version
            for version, status in corpus.VERSIONS.items():
                headers = {"Idempotency-Key": "key-of-versions-1"}
                if version is not None:
                    headers["If-Match"] = version.encode()  # type: ignore[assignment]
                answer = await asking.send(way, thing, asking.body(way, thing), headers=headers)
                asking.refused(answer, way, version)
                if answer.status_code != status:
                    asking.wrong.append(f"{way} ← {version}：{answer.status_code} 应为 {status}")
        asking.asked += 1
        asking.done()
        assert changed(before, await contents(world.office)) == []


@pytest.mark.parametrize("name", NAMES)
async def test_a_key_is_wanted_whole_and_once(name: str, worlds: Worlds) -> None:
    """IN.key."""
    async with worlds.open(name) as world:
        before, asking = await contents(world.office), Asking(world)
        for way in asking.ways:
            if way.method == "GET" or way.act.file or PUBLIC in way.route.marks:
                continue
            if way.act.kind == "show":
                continue  # unmasking keeps no answer, so its key means nothing
            thing = asking.thing(way)
            body, version = asking.body(way, thing), as_seen(thing.version)
            for key in corpus.KEYS:
                needed = requires_key in way.route.marks
                headers = {**version, "Idempotency-Key": key.encode()}
                if key or needed:
                    answer = await asking.send(way, thing, body, headers=headers)  # type: ignore[arg-type]
                    asking.refused(answer, way, key)
            if requires_key in way.route.marks:
                asking.refused(await asking.send(way, thing, body, headers=version), way, "no key")
        asking.asked += 1
        asking.done()
        assert changed(before, await contents(world.office)) == []


@pytest.mark.parametrize("name", NAMES)
async def test_a_transition_in_another_state_is_no_fault(name: str, worlds: Worlds) -> None:
    """Each command for one thing of each state of its family: done, or refused (IN.state)."""
    async with worlds.open(name) as world:
        asking = Asking(world)
        for way in asking.ways:
            if way.act.kind not in ("single", "bulk") or not way.act.of:
                continue
            family = way.act.of.partition("/")[0] + "/"
            for kind in [k for k in world.things if k.startswith(family)]:
                thing = world.of(kind)[-1]
                if way.act.of == "batch/with-failures" and "payment" not in thing.more:
                    continue
                answer = await asking.send(way, thing, asking.body(way, thing))
                asking.unbroken(answer, way, kind)
        asking.asked += 1
        asking.done()
