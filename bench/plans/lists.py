"""Every list of a service asked with each of its filters: the first page, and one near the end."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import asyncpg
import httpx
from fastapi import FastAPI
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from bench.plans.fill import PLACES
from shared.db.connections import Connections
from shared.db.scope import Reach
from shared.domain.regions import PROVINCE
from shared.domain.roles import Role
from shared.http import paging
from shared.http.deps import roles_of
from shared.http.paging import PageOut
from shared.http.route import CommandRoute
from shared.integration.entitlement.api import entitlements

OFFICES = ("220102", "220100", "222400", PROVINCE)
"""Readers: a district, cities with several ranges of codes and with one, the province."""

_PROGRAMME = "SELECT id FROM programme WHERE '{reach}'::int4multirange @> region::int LIMIT 1"
_VALUES: dict[str, dict[str, tuple[str, ...]]] = {
    "/v1/applications": {"state": ("approved", "notice1")},
    "/v1/applications/{id}/objections": {
        "id": (
            ("SELECT application_id FROM objection JOIN application a ON a.id = application_id"
            " WHERE '{reach}'::int4multirange @> a.region::int LIMIT 1"),
        )
    },
    "/v1/public-notices": {"stage": ("1",)},
    "/v1/projects": {"state": ("completed", "screened")},
    "/v1/overdue-cases": {
        "state": ("verified", "resettled"), "category": ("S9.2a",), "due_by": ("2020-12-31",),
    },
    "/v1/grants": {"state": ("signed", "calculated"), "tier": ("low",)},
    "/v1/batches": {"state": ("closed",), "month": ("2021-03",)},
    "/v1/payments": {
        "state": ("paid", "failed"),
        "month": ("2021-03",),
        "batch_id": (
            ("SELECT batch_id FROM payment WHERE month = '2021-02'"
            " AND '{reach}'::int4multirange @> region::int LIMIT 1"),
        ),
        "grant_id": ("SELECT grant_id FROM payment LIMIT 1",),
    },
    "/v1/contracts": {"state": ("moved", "drafted"), "programme_id": (_PROGRAMME,)},
    "/v1/programmes": {"state": ("closed", "signing")},
    "/v1/programmes/{id}/signing-order": {"id": (_PROGRAMME,), "mode": ("money",)},
    "/v1/alerts": {
        "state": ("resolved", "open"), "code": ("START_RISK", "PROHIBITED_IN_LIBRARY"),
        "level": ("red",),
    },
    "/v1/reports": {"month": ("2021-03",), "state": ("accepted",)},
    "/v1/targets": {"year": ("2021",)},
    "/v1/rankings/{month}/{unit}/facts": {
        "month": ("2021-03",), "unit": ("220100",), "indicator": ("subsidy-payments",),
    },
    "/v1/checkpoints": {"service": ("projects",), "log": ("audit_log",)},
    "/v1/entitlements": {"state": ("active",), "client": ("client-7",)},
}  # fmt: skip
"""Path of a list -> parameter -> values that are asked for, or a query that finds one.

Of states both one that most rows have and a rare one. A region is one of the reader's own.
"""


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


def lists_of(app: FastAPI) -> list[CommandRoute]:
    """The routes that answer page by page."""
    routes = [
        route for router in (*app.state.spec.routers, entitlements) for route in router.routes
    ]
    return [
        route
        for route in routes
        if isinstance(route, CommandRoute)
        and isinstance(route.response_model, type)
        and issubclass(route.response_model, PageOut)
    ]


class Reader:
    """Asks the lists of one application as the posts of one office."""

    def __init__(
        self, app: FastAPI, owner: asyncpg.Connection, token: Any, office: str, limit: int
    ) -> None:
        """`token(role, region=…)` makes a token for the application."""
        self.app, self.owner, self.token = app, owner, token
        self.office, self.limit = office, limit
        transport = httpx.ASGITransport(app=app)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://lists", timeout=120)

    async def pages(self) -> AsyncIterator[Asked]:
        """First and late pages of every list with every filter."""
        for route in lists_of(self.app):
            async for one in self._of(route):
                yield one

    async def _of(self, route: CommandRoute) -> AsyncIterator[Asked]:
        told = self.app.openapi()["paths"][route.path]["get"].get("parameters", ())
        path = {one["name"] for one in told if one["in"] == "path"}
        query = {one["name"] for one in told if one["in"] == "query"} - {"limit", "cursor"}
        needed = path | {one["name"] for one in told if one["required"]} & query
        values = await self._values(route.path, path | query)
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

    async def _values(self, path: str, names: set[str]) -> dict[str, tuple[str, ...]]:
        reach = Reach.of(self.office)
        known: dict[str, tuple[str, ...]] = {
            "region": (next(code for code in PLACES if reach.contains(code)),)
        }
        known |= _VALUES.get(path, {})
        if missing := names - set(known):
            raise LookupError(f"{path}: say in bench/plans/lists.py what to ask for {missing}")
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
        sent = await self.get(url, query, role)
        del query["limit"]
        query.pop("cursor", "")
        told = "，".join(name if name in _OWN else f"{name}={one}" for name, one in query.items())
        return Asked(route.path, told, self.office, late, tuple(sent))

    async def get(self, url: str, query: dict[str, str], role: Role) -> list[Sent]:
        """Ask a route; what it sent to the database."""
        headers = {"Authorization": f"Bearer {self.token(role, region=self.office)}"}
        with overheard(self.app.state.connections, self.app.state.engine) as sent:
            answer = await self.client.get(url, params=query, headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(f"{url} {query}: {answer.status_code} {answer.text[:500]}")
        return sent

    async def _late(self, url: str, query: dict[str, str], role: Role) -> str | None:
        """The mark behind a row near the end of this very list: its own statement, backwards."""
        marks: list[tuple[Any, Any]] = []
        real = paging.cursor_of

        def noted(call: Any, names: Any, values: Any) -> str:
            marks.append((call, names))
            return real(call, names, values)

        paging.cursor_of = noted
        try:
            sent = await self.get(url, query, role)
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
