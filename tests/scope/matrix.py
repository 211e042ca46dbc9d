"""The matrix: each route as each post in each region, against things of every region."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI

from shared.domain.regions import UNITS as EVERY
from shared.domain.roles import Role
from shared.http.deps import PUBLIC, roles_of
from shared.http.route import CommandRoute
from shared.integration.entitlement.api import entitlements
from tests.acting import Json, keyed
from tests.world.rooms import routes_of
from tests.world.world import OFFICES, SEES, UNITS, Act, Thing, World, unit_of

POSTS = tuple(role for role in Role if role is not Role.SYSTEM)


@dataclass(frozen=True)
class Way:
    """One route with how it is called."""

    method: str
    route: CommandRoute
    act: Act

    @property
    def posts(self) -> frozenset[Role]:
        """Who may call it."""
        return roles_of(self.route.marks) or frozenset(POSTS)

    def __str__(self) -> str:
        return f"{self.method} {self.route.path}"


def ways(world: World) -> list[Way]:
    """Every route of the office's service; each must be in the world's table."""
    acts, found, missing = routes_of(world.office.spec.name), [], []
    for router in (*world.office.spec.routers, entitlements):
        for route in router.routes:
            assert isinstance(route, CommandRoute)
            for method in sorted(route.methods or ()):
                name = f"{method} {route.path}"
                if name in acts:
                    found.append(Way(method, route, acts[name]))
                else:
                    missing.append(name)
    place = f"tests/{world.office.spec.name}/rooms/<房间>.py"
    assert not missing, f"新路由要在 {place} 的 ROOM 里写明怎样调用：{missing}"
    gone = sorted(set(acts) - {str(one) for one in found})
    assert not gone, f"{place} 里有已不存在的路由：{gone}"
    return found


@dataclass
class Walk:
    """One walk through the matrix; `wrong` gathers what should not have been."""

    world: World
    app: FastAPI | None = None
    wrong: list[str] = field(default_factory=list)
    noughts: bool = False
    """Whether units are shown that say nothing but nought, or add up what the caller may see."""
    asked: int = 0
    _clients: dict[tuple[Role, str], httpx.AsyncClient] = field(default_factory=dict)

    def client(self, role: Role, region: str) -> httpx.AsyncClient:
        """One caller per post and region."""
        key = (role, region)
        if key not in self._clients:
            self._clients[key] = self.world.client(role, region, app=self.app)
        return self._clients[key]

    async def ask(
        self, way: Way, role: Role, region: str, thing: Thing | None, **options: Any
    ) -> httpx.Response:
        """One request."""
        self.asked += 1
        return await self.client(role, region).request(
            way.method, way.act.address(way.route.path, thing), **options
        )

    def expect(
        self, answer: httpx.Response, statuses: tuple[int, ...], way: Way, role: Role, region: str,
        thing: Thing | None,
    ) -> None:  # fmt: skip
        """Note an answer that is none of `statuses`."""
        if answer.status_code not in statuses:
            of = f" 对 {thing.region} 的对象" if thing else ""
            self.wrong.append(
                f"{way}（{role} {region}{of}）：{answer.status_code} {answer.text[:160]}"
            )

    def _one_each(self, kind: str) -> list[Thing]:
        places = dict.fromkeys((*OFFICES, *UNITS))
        return [found[0] for place in places if (found := self.world.of(kind, place))]

    async def posts(self, way: Way) -> None:
        """Who is not named by the route is refused, whatever he sends."""
        for role in POSTS:
            if role not in way.posts and PUBLIC not in way.route.marks:
                answer = await self.ask(way, role, "220000", None)
                self.expect(answer, (403,), way, role, "220000", None)

    async def region(self, way: Way, role: Role, region: str) -> None:
        """A route as one post of one region."""
        kind = way.act.kind
        if kind == "list":
            await self._list(way, role, region)
        elif kind == "open":
            for thing in self._one_each(way.act.of)[:1]:
                answer = await self.ask(way, role, region, thing, **_options(way, [thing]))
                self.expect(answer, (200,), way, role, region, thing)
        elif kind in ("show", "export"):
            for thing in self._one_each(way.act.of):
                answer = await self.ask(way, role, region, thing, **_options(way, [thing]))
                good = 200 if thing.region in SEES[region] else 404
                if role is not Role.APPLICANT:  # sees what he handed in himself, and no more
                    self.expect(answer, (good,), way, role, region, thing)
                elif answer.status_code != 404:
                    self.expect(answer, (404,), way, role, region, thing)
        elif not way.act.open:
            await self._commands(way, role, region)

    async def _commands(self, way: Way, role: Role, region: str) -> None:
        """A command about what lies outside is refused, also beside what lies inside."""
        everything = self._one_each(way.act.of)
        if way.act.kind in ("create", "import") and "{id}" not in way.route.path:
            everything = [Thing("", "", 0, place) for place in way.act.places]
        inside = [t for t in everything if t.region in SEES[region]]
        outside = [t for t in everything if t.region not in SEES[region]]
        for thing in outside[:1] if way.act.kind == "import" else outside:
            lists = [[thing]]
            if way.act.kind == "bulk" and inside:
                lists.append([inside[0], thing])
            for things in lists:
                answer = await self.ask(way, role, region, thing, **_options(way, things))
                self.expect(answer, way.act.foreign, way, role, region, thing)

    async def _list(self, way: Way, role: Role, region: str) -> None:
        act = way.act
        for thing in self._one_each(act.of)[:3] if "{" in way.route.path else [None]:
            items = [item async for item in self._items(way, role, region, thing)]
            if act.open:
                if not items and role is not Role.APPLICANT and act.of != "standard":
                    self.wrong.append(f"{way}（{role} {region}）：本应人人可见")
                continue
            if self.noughts:
                items = [i for i in items if "id" in i or _says_something(i)]
            own = {unit_of(region)} if self.noughts else set()
            alien = {i[act.region] for i in items} - SEES[region] - _unlisted(region) - own
            if alien:
                self.wrong.append(f"{way}（{role} {region}）：看到了 {sorted(alien)}")
            if "id" in (items[0] if items else {"id": ""}) and "{" not in way.route.path:
                known = {t.id for t in self.world.of(act.of) if t.region in SEES[region]}
                shown = {i["id"] for i in items}
                if role is not Role.APPLICANT and not known <= shown:
                    self.wrong.append(f"{way}（{role} {region}）：少了 {len(known - shown)} 个")

    async def _items(
        self, way: Way, role: Role, region: str, thing: Thing | None
    ) -> AsyncIterator[Json]:
        """Everything of a list, page by page."""
        query = way.act.query(thing) if way.act.query else {}  # type: ignore[arg-type]
        cursor: Json = {}
        while True:
            answer = await self.ask(
                way, role, region, thing, params={"limit": 50, **query, **cursor}
            )
            self.expect(answer, (200,), way, role, region, thing)
            if answer.status_code != 200:
                return
            page = answer.json()
            for item in page["items"]:
                yield item
            if not page.get("next"):
                return
            cursor = {"cursor": page["next"]}


def _says_something(row: Json) -> bool:
    return any(isinstance(value, int) and value for value in row.values())


def _unlisted(region: str) -> frozenset[str]:
    """Other units that a post sees as well: all of the province's, the counties of its city."""
    if region == "220000":
        return frozenset(EVERY)
    counties = (u for u in EVERY if u[:4] == region[:4] and u not in SEES)
    return frozenset(counties) if region.endswith("00") else frozenset()


def _options(way: Way, things: list[Thing]) -> Json:
    """What a request about things has to carry."""
    act, first = way.act, things[0]
    options: Json = {}
    if act.query:
        options["params"] = act.query(first)
    if act.file:
        options["files"] = {"file": act.file(things[-1])}
    elif act.body:
        options["json"] = act.body(things)
    if way.method != "GET":
        options["headers"] = keyed(things[-1].version)
    return options
