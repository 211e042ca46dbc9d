"""Bodies: each field of each route with what it must not take, and bodies bad as a whole.

IN.body, IN.limits.
"""

import pytest

from tests.acting import Json, keyed
from tests.inputs import corpus
from tests.inputs.asking import Asking
from tests.inputs.fields import body_schema, fields, is_free_text, refused, replaced
from tests.scope.matrix import Way
from tests.world.state import changed, contents
from tests.world.worlds import NAMES, Worlds


def with_body(asking: Asking, document: Json) -> list[tuple[Way, Json]]:
    """The routes that take JSON, with the schema of it."""
    found = [
        (way, body_schema(document, way.route.path, way.method.lower())) for way in asking.ways
    ]
    return [(way, schema) for way, schema in found if schema is not None]


@pytest.mark.parametrize("name", NAMES)
async def test_no_field_takes_what_it_must_not(name: str, worlds: Worlds) -> None:
    async with worlds.open(name) as world:
        before, asking = await contents(world.office), Asking(world)
        document = world.office.app.openapi()
        for way, schema in with_body(asking, document):
            thing = asking.thing(way)
            body = asking.body(way, thing)
            for turn, place in enumerate(fields(document, schema, body)):
                for value in refused(place, turn):
                    bad = replaced(body, place.path, value)
                    asking.refused(await asking.send(way, thing, bad), way, (place.path, value))
        asking.done()
        assert changed(before, await contents(world.office)) == []


@pytest.mark.parametrize("name", NAMES)
async def test_no_route_takes_a_bad_body(name: str, worlds: Worlds) -> None:
    async with worlds.open(name) as world:
        before, asking = await contents(world.office), Asking(world)
        for way, _ in with_body(asking, world.office.app.openapi()):
            thing = asking.thing(way)
            body = asking.body(way, thing)
            for label, content in corpus.BODIES.items():
                asking.refused(await asking.send(way, thing, content=content), way, label)
            for extra in (corpus.ADMIN, *({key: "x"} for key in corpus.READ_ONLY)):
                asking.refused(await asking.send(way, thing, {**body, **extra}), way, extra)
            if items := body.get("items"):
                for bad in ([], items * 1_001, [*items, *items], [None], [1]):
                    answer = await asking.send(way, thing, {**body, "items": bad})
                    if bad != items * 2 or "id" in items[0] or "unit" in items[0]:
                        asking.refused(answer, way, f"{len(bad)} 项")
            for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded"):
                headers = {**keyed(thing.version), "Content-Type": kind}
                asking.refused(await asking.send(way, thing, body, headers=headers), way, kind)
        asking.done()
        assert changed(before, await contents(world.office)) == []


@pytest.mark.parametrize("name", NAMES)
async def test_odd_but_lawful_text_breaks_nothing(name: str, worlds: Worlds) -> None:
    async with worlds.open(name) as world:
        asking, document = Asking(world), world.office.app.openapi()
        for way, schema in with_body(asking, document):
            thing = asking.thing(way)
            body = asking.body(way, thing)
            for place in fields(document, schema, body):
                for value in corpus.STRANGE if is_free_text(place) else ():
                    bad = replaced(body, place.path, value)
                    asking.unbroken(await asking.send(way, thing, bad), way, (place.path, value))
        asking.done()
