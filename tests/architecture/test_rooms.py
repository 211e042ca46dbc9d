"""Each room is known to its service and to its tests: nothing of CONTRIBUTING's list is forgotten.

What a message asks for is said there, under 加一个房间.
"""

import importlib
from pathlib import Path
from types import ModuleType

import pytest
from fastapi import APIRouter

from bench.plans.lists import lists_of, parameters
from deploy.docs.specs import ROOT, specs
from shared.commands.spec import ServiceSpec
from shared.db.model import Aggregate
from shared.domain.lifecycle import Machine
from shared.http.route import CommandRoute
from shared.integration.entitlement.api import entitlements
from tests.world.room import Room
from tests.world.rooms import rooms_of, routes_of

SPECS = [pytest.param(spec, id=spec.name) for spec in specs()]
HOW = "见 CONTRIBUTING.md“加一个房间”。"


def rooms_with(spec: ServiceSpec, file: str) -> list[str]:
    """The rooms of a service that have a file of this name."""
    paths = (ROOT / "services" / spec.name).glob(f"*/{file}")
    return sorted(path.parent.name for path in paths)


def known(spec: ServiceSpec, room: str) -> Room:
    """What the tests know of a room; nothing, where it has no file yet."""
    return rooms_of(spec.name).get(room, Room())


def module(spec: ServiceSpec, room: str, file: str) -> ModuleType:
    return importlib.import_module(f"services.{spec.name}.{room}.{Path(file).stem}")


@pytest.mark.parametrize("spec", SPECS)
def test_a_room_with_routes_has_one_file_of_what_tests_know_of_it(spec: ServiceSpec) -> None:
    missing = [
        f"tests/{spec.name}/rooms/{room}.py"
        for room in rooms_with(spec, "api.py")
        if room not in rooms_of(spec.name)
    ]
    assert not missing, f"没有 {missing}：写一个 ROOM，说明怎样造对象、怎样调用、怎样填表。{HOW}"


@pytest.mark.parametrize("spec", SPECS)
def test_a_file_of_what_tests_know_stands_for_a_room(spec: ServiceSpec) -> None:
    rooms = {"entitlement", *rooms_with(spec, "__init__.py")}
    gone = sorted(rooms_of(spec.name).keys() - rooms)
    assert not gone, f"tests/{spec.name}/rooms/ 里有房间已不在的文件：{gone}"


@pytest.mark.parametrize("spec", SPECS)
def test_the_spec_has_every_router_and_life_cycle(spec: ServiceSpec) -> None:
    missing = [
        f"services/{spec.name}/{room}/{file} 的 {name}"
        for file, kind, known in (
            ("api.py", APIRouter, spec.routers),
            ("states.py", Machine, spec.machines),
        )
        for room in rooms_with(spec, file)
        for name, value in vars(module(spec, room, file)).items()
        if isinstance(value, kind) and value not in known
    ]
    assert not missing, f"spec.py 里没有登记：{missing}。{HOW}"


@pytest.mark.parametrize("spec", SPECS)
def test_every_route_is_called_in_the_file_of_its_room(spec: ServiceSpec) -> None:
    wrong = []
    for router in spec.routers:
        for route in router.routes:
            assert isinstance(route, CommandRoute)
            room = route.endpoint.__module__.split(".")[2]
            for method in sorted(route.methods or ()):
                if f"{method} {route.path}" not in known(spec, room).routes:
                    wrong.append(f"tests/{spec.name}/rooms/{room}.py：{method} {route.path}")
    assert not wrong, f"ROOM 里没有写怎样调用：{wrong}。{HOW}"


@pytest.mark.parametrize("spec", SPECS)
def test_every_filter_of_a_list_says_what_it_is_asked_with(spec: ServiceSpec) -> None:
    wrong = []
    for route in lists_of(spec):
        act = routes_of(spec.name).get(f"GET {route.path}")
        said = {"region", *((act and act.asked) or ())}
        asked = parameters(route)
        if missing := (asked.path | asked.query) - said:
            wrong.append(f"GET {route.path}：{sorted(missing)}")
    assert not wrong, f"Act 的 asked 里没有写拿什么值去问：{wrong}。{HOW}"


@pytest.mark.parametrize("spec", SPECS)
def test_every_table_of_objects_can_be_filled(spec: ServiceSpec) -> None:
    wrong = []
    for room in rooms_with(spec, "models.py"):
        models = module(spec, room, "models.py")
        for model in vars(models).values():
            own = isinstance(model, type) and model.__module__ == models.__name__
            if own and issubclass(model, Aggregate):
                table = str(vars(model)["__tablename__"])
                if f"INSERT INTO {table} (" not in known(spec, room).grown:
                    wrong.append(f"tests/{spec.name}/rooms/{room}.py：{table}")
    assert not wrong, f"ROOM 的 grown 里没有写怎样填充表：{wrong}。{HOW}"


def test_the_entitlements_are_known_too() -> None:
    paths = {route.path for route in entitlements.routes if isinstance(route, CommandRoute)}
    assert paths == {name.split()[1] for name in rooms_of("subsidy")["entitlement"].routes}
