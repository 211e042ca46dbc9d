"""No route answers a stranger unless it is marked PUBLIC, and every route is documented."""

import re
from collections.abc import Iterator

import pytest

from deploy.docs.specs import specs
from shared.http.deps import PUBLIC, roles_of
from shared.http.route import CommandRoute
from shared.integration.entitlement.api import entitlements
from tests.conftest import OpenOffice

OPEN = {("GET", "/v1/public-notices")}
"""What anybody may read: public notices, masked."""
ANY_TOKEN = {("POST", "/v1/applications/{id}/objections")}
"""What anybody with an identity may do: object to a public notice."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def routes() -> Iterator[tuple[str, str, CommandRoute]]:
    for name, routers in (("shared", (entitlements,)), *((s.name, s.routers) for s in specs())):
        for router in routers:
            for route in router.routes:
                assert isinstance(route, CommandRoute), f"{name}: {route}"
                for method in sorted((route.methods or set()) - {"HEAD"}):
                    yield method, re.sub(r"\{\w+", "{id", route.path, count=1), route


ROUTES = list(routes())
IDS = [f"{method} {route.path}" for method, _, route in ROUTES]


def test_only_the_open_routes_are_public() -> None:
    assert {(m, path) for m, path, route in ROUTES if PUBLIC in route.marks} <= OPEN


@pytest.mark.parametrize(("method", "path", "route"), ROUTES, ids=IDS)
def test_a_changing_route_names_its_posts(method: str, path: str, route: CommandRoute) -> None:
    if method != "GET" and (method, path) not in ANY_TOKEN:
        assert roles_of(route.marks), f"{method} {route.path} is open to any token"


@pytest.mark.parametrize(("method", "path", "route"), ROUTES, ids=IDS)
def test_a_route_is_documented_in_chinese(method: str, path: str, route: CommandRoute) -> None:
    assert route.include_in_schema
    assert CHINESE.search(route.summary or ""), f"{method} {path} has no Chinese summary"


@pytest.mark.parametrize(("method", "path", "route"), ROUTES, ids=IDS)
def test_paths_are_kebab_case_nouns(method: str, path: str, route: CommandRoute) -> None:
    assert re.fullmatch(r"/v1(/[a-z]+(-[a-z]+)*|/\{\w+\})+", route.path), f"{method} {path}"


def test_operation_ids_are_unique_in_a_service() -> None:
    for spec in specs():
        names = [
            (route.tags[0], route.name)
            for router in spec.routers
            for route in router.routes
            if isinstance(route, CommandRoute)
        ]
        assert len(names) == len(set(names)), spec.name


@pytest.mark.parametrize("name", [spec.name for spec in specs()])
async def test_a_stranger_gets_401_everywhere_else(name: str, open_office: OpenOffice) -> None:
    office = await open_office(name)
    stranger = office.client()
    for method, _, route in ROUTES:
        routers = (*office.spec.routers, entitlements)
        if route not in [r for router in routers for r in router.routes]:
            continue
        path = re.sub(r"\{\w+\}", "0190a1b2-0000-7000-8000-000000000001", route.path)
        answer = await stranger.request(method, path)
        if PUBLIC not in route.marks:
            assert answer.status_code == 401, f"{method} {path}: {answer.status_code}"
            assert answer.json()["code"]
    for path in ("/v1/events", "/v1/status"):
        assert (await stranger.get(path)).status_code == 401


@pytest.mark.parametrize("name", [spec.name for spec in specs()])
async def test_every_route_is_in_the_openapi_document(name: str, open_office: OpenOffice) -> None:
    office = await open_office(name)
    document = office.app.openapi()
    for router in (*office.spec.routers, entitlements):
        for route in router.routes:
            assert isinstance(route, CommandRoute)
            for method in (route.methods or set()) - {"HEAD"}:
                operation = document["paths"][route.path][method.lower()]
                assert CHINESE.search(operation["summary"])
                assert operation["operationId"] == f"{route.tags[0]}_{route.name}"
