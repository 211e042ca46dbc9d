"""The rooms of each service as its tests know them: found by their files, in order."""

import importlib
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from tests.world import entitlement
from tests.world.room import Room
from tests.world.world import Act

TESTS = Path(__file__).resolve().parents[1]


@cache
def rooms_of(service: str) -> dict[str, Room]:
    """The rooms of a service by name, each behind those that it builds upon.

    Last comes that of the entitlements, which every service has.
    """
    files = (TESTS / service / "rooms").glob("*.py")
    names = sorted(path.stem for path in files if path.stem != "__init__")
    found: dict[str, Room] = {
        name: importlib.import_module(f"tests.{service}.rooms.{name}").ROOM for name in names
    }
    order = TopologicalSorter({name: room.after for name, room in found.items()})
    return {name: found[name] for name in order.static_order()} | {"entitlement": entitlement.ROOM}


@cache
def routes_of(service: str) -> dict[str, Act]:
    """How each route of a service is called, by "METHOD path"."""
    return {name: act for room in rooms_of(service).values() for name, act in room.routes.items()}
