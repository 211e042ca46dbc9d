"""Every list of a service asked with each of its filters: the first page, and one near the end."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import asyncpg
import httpx
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from bench.plans.fill import PLACES
from shared.commands.spec import ServiceSpec
from shared.db.connections import Connections
from shared.db.scope import Reach
from shared.domain.regions import PROVINCE
from shared.domain.roles import Role
from shared.http import paging
from shared.http.deps import roles_of
from shared.http.paging import PageOut
from shared.http.route import CommandRoute
from shared.integration.entitlement.api import entitlements
from tests.world.rooms import routes_of

OFFICES = ("220102", "220100", "222400", PROVINCE)
"""Readers: a district, cities with several ranges of codes and with one, the province."""

_OWN = ("region", "programme_id", "batch_id", "grant_id")
"""Filters of which every office has its own value."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One statement as it was sent; `kept`: as a single one, with a kept plan."""

    sql: str
    values: tuple[Any, ...]
    kept: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One page as it was asked for, and the statements that made it."""

    path: str
    filters: str
    """Parameters with their values, such as `state=open`; of the office's own only the names."""
    office: str
    late: bool
    sent: tuple[Sent, ...]
    items: int
    """How many the page shows."""


@contextmanager
def overheard(connections: Connections, engine: AsyncEngine) -> Iterator[list[Sent]]:
    """Every statement that is sent while the block lasts, but for those that say whose it is."""
    sent: list[Sent] = []
    real = connections.fetch

    async def fetch(sql: str, *values: Any) -> Any:
        sent.append(Sent(sql, values, kept=True))
        return await real(sql, *values)

    def note(_: Any, __: Any, sql: str, values: Any, *more: Any) -> None:
        if not sql.startswith("SELECT set_config"):
            sent.append(Sent(sql, tuple(values), kept=False))

    connections.fetch = fetch  # type: ignore[method-assign]
    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)
        connections.fetch = real  # type: ignore[method-assign]


def lists_of(spec: ServiceSpec) -> list[CommandRoute]:
    """The routes that answer page by page."""
    routes = [route for router in (*spec.routers, entitlements) for route in router.routes]
    return [
        route
        for route in routes
        if isinstance(route, CommandRoute)
        and isinstance(route.response_model, type)
        and issubclass(route.response_model, PageOut)
    ]


class Parameters(NamedTuple):
    """The names of what a list is asked with, but for the page."""

    path: set[str]
    query: set[str]
    needed: set[str]
    """Those without which it is not answered."""


def parameters(route: CommandRoute) -> Parameters:
    """What a list is asked with, by its API document."""
    document = get_openapi(title="lists", version="1", routes=[route])
    told = document["paths"][route.path]["get"].get("parameters", ())
    path = {one["name"] for one in told if one["in"] == "path"}
    query = {one["name"] for one in told if one["in"] == "query"} - {"limit", "cursor"}
    return Parameters(path, query, path | {one["name"] for one in told if one["required"]} & query)


class Reader:
    """Asks the lists of one application as the posts of one office."""

    def __init__(
        self, app: FastAPI, owner: asyncpg.Connection, token: Any, office: str, limit: int
    ) -> None:
        """`token(role, region=…)` makes a token for the application."""
        self.app, self.owner, self.token = app, owner, token
        self.office, self.limit = office, limit
        self.acts = routes_of(app.state.spec.name)
        transport = httpx.ASGITransport(app=app)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://lists", timeout=120)

    async def pages(self) -> AsyncIterator[Asked]:
        """First and late pages of every list with every filter."""
        for route in lists_of(self.app.state.spec):
            async for one in self._of(route):
                yield one

    async def _of(self, route: CommandRoute) -> AsyncIterator[Asked]:
        path, query, needed = parameters(route)
        values = await self.values(route.path, path | query)
        always = {name: values[name][0] for name in needed}
        wanted = [always]
        optional = sorted(query - needed)
        wanted += [always | {name: one} for name in optional for one in values[name]]
        if len(optional) > 1:
            wanted.append(always | {name: values[name][0] for name in optional})
        allowed = roles_of(route.marks) or {Role.CITY}
        role = Role.CITY if Role.CITY in allowed else min(allowed)
        for filters in wanted:
            for late in (False, True):
                asked = await self._ask(route, path, filters, role, late=late)
                if asked is not None:
                    yield asked
        if Role.APPLICANT in allowed:  # a citizen without any
            asked = await self._ask(route, path, always, Role.APPLICANT, late=False)
            assert asked is not None
            yield replace(asked, filters="（申请人）")

    async def values(self, path: str, names: set[str]) -> dict[str, tuple[str, ...]]:
        """What a route's parameters are asked with, as its room's file says."""
        reach = Reach.of(self.office)
        region = next(code for code in PLACES if reach.contains(code))
        known = {"region": (region,), **(self.acts[f"GET {path}"].asked or {})}
        if missing := names - set(known):
            raise LookupError(f"GET {path}: its Act must say in `asked` what to ask for {missing}")
        found = {}
        for name in names:
            found[name] = tuple([await self._value(one, reach) for one in known[name]])
        return found

    async def _value(self, text: str, reach: Reach) -> str:
        if not text.startswith("SELECT"):
            return text
        return str(await self.owner.fetchval(text.replace("{reach}", reach.multirange)))

    async def _ask(
        self,
        route: CommandRoute,
        path: set[str],
        filters: dict[str, str],
        role: Role,
        *,
        late: bool,
    ) -> Asked | None:
        """One page; None when there is no page so late."""
        url = route.path.format(**{name: filters[name] for name in path})
        query = {name: one for name, one in filters.items() if name not in path}
        query["limit"] = str(self.limit)
        if late:
            mark = await self._late(url, query, role)
            if mark is None:
                return None
            query["cursor"] = mark
        sent, answer = await self.get(url, query, role)
        del query["limit"]
        query.pop("cursor", "")
        told = "，".join(name if name in _OWN else f"{name}={one}" for name, one in query.items())
        items = len(answer.json()["items"])
        return Asked(route.path, told, self.office, late, tuple(sent), items)

    async def get(
        self, url: str, query: dict[str, str], role: Role
    ) -> tuple[list[Sent], httpx.Response]:
        """Ask a route; what it sent to the database, and the answer."""
        headers = {"Authorization": f"Bearer {self.token(role, region=self.office)}"}
        with overheard(self.app.state.connections, self.app.state.engine) as sent:
            answer = await self.client.get(url, params=query, headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(f"{url} {query}: {answer.status_code} {answer.text[:500]}")
        return sent, answer

    async def _late(self, url: str, query: dict[str, str], role: Role) -> str | None:
        """The mark behind a row near the end of this very list: its own statement, backwards."""
        marks: list[tuple[Any, Any]] = []
        real = paging.cursor_of

        def noted(call: Any, names: Any, values: Any) -> str:
            marks.append((call, names))
            return real(call, names, values)

        paging.cursor_of = noted
        try:
            sent, _ = await self.get(url, query, role)
        finally:
            paging.cursor_of = real
        if not marks:
            return None
        [(call, names)] = marks
        first = sent[-1]
        order = re.search(r"ORDER BY (.+?)\s+LIMIT \d+", first.sql, re.DOTALL)
        assert order is not None
        back = ", ".join(
            one.removesuffix(" DESC")
            if one.endswith(" DESC")
            else f"{one.removesuffix(' ASC')} DESC"
            for one in order[1].split(", ")
        )
        sql = first.sql.replace(order[0], f"ORDER BY {back} OFFSET {3 * self.limit} LIMIT 1")
        rows = await self.app.state.connections.fetch(sql, *first.values)
        if not rows:
            return None
        return real(call, names, [rows[0][name.rpartition(".")[2]] for name in names])
