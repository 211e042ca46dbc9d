"""What the worlds of the five services have in common: things, acts and the people who act."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx
from fastapi import FastAPI

from shared.domain.roles import Role
from tests.acting import Json, done, keyed, listed, person_at
from tests.harness import Office

OFFICES = ("220102", "220103", "220202", "220502", "220581", "229900")
"""Where offices keep objects: two districts of one city, one of another, one of 通化, 梅河口 that
lies in 通化 but reports to the province, and the committee."""
UNITS = ("220100", "220200", "220500", "220581", "229900")
"""Who reports for them."""
SUCCESSOR = "220184"
"""What 220381 is called since it moved from 四平 (220300) to 长春 (220100)."""
_CITY = {"220102": "220100", "220103": "220100", "220202": "220200", "220502": "220500"}
NOBODY = "0190a1b2-0000-7000-8000-000000000009"
"""The id of nothing."""
SEES: dict[str, frozenset[str]] = {
    "220102": frozenset({"220102"}),
    "220100": frozenset({"220100", "220102", "220103", SUCCESSOR}),
    "220200": frozenset({"220200", "220202"}),
    "220300": frozenset({"220300"}),
    "220500": frozenset({"220500", "220502"}),
    "220581": frozenset({"220581"}),
    "229900": frozenset({"229900"}),
    "220000": frozenset({*OFFICES, *UNITS, SUCCESSOR, "220000"}),
}
"""Whose objects a post in a region may see, written down here and not asked of the code."""


def unit_of(region: str) -> str:
    """The unit that reports for an office."""
    return _CITY.get(region, region)


@dataclass(frozen=True)
class Thing:
    """One object that exists. `more` is what a request about it has to know besides."""

    kind: str
    id: str
    version: int
    region: str
    more: Json = field(default_factory=dict)


Kind = Literal["list", "show", "single", "bulk", "create", "import", "export", "open"]


@dataclass(frozen=True)
class Act:
    """How one route is called.

    `of` is the kind of the things it is about; `body` makes a valid body for some of them (of one
    region); `query` the parameters it needs. `open` says why its answers are the same for every
    region. `foreign` are the statuses by which a command refuses what lies outside the reach.
    """

    kind: Kind
    of: str = ""
    body: Callable[[Sequence[Thing]], Json] | None = None
    query: Callable[[Thing], Json] | None = None
    path: Callable[[Thing], Json] | None = None
    file: Callable[[Thing], tuple[str, bytes]] | None = None
    open: str = ""
    foreign: tuple[int, ...] = (404,)
    places: tuple[str, ...] = OFFICES
    """The regions that something new may be made for."""
    region: str = "region"
    """The field of a list's items that names their region."""
    role: Role | None = None
    """Whose call is done, where not every post that may call will do."""
    subject: str = ""
    """Who calls, where it must be another person than the one before."""
    first: "Callable[[World, Thing], Awaitable[Thing]] | None" = None
    """What comes before a call that is done; the thing as it is then."""
    asked: Mapping[str, tuple[str, ...]] | None = None
    """What grown tables are asked with, for a GET: a parameter's values, or queries that find one.

    Of states both one that most rows have and a rare one. A list must name a value for each of its
    parameters but `region`, which is one of the reader's own; another route that names any, be it
    none, is looked at beside the lists. A query may say `{reach}`: the reader's as a multirange.
    """

    def address(self, template: str, thing: Thing | None) -> str:
        """The path for a thing."""
        values: Json = {"id": NOBODY, "objection_id": NOBODY, "month": "2021-04", "unit": "220100"}
        if thing:
            values |= {"id": thing.id} | (self.path(thing) if self.path else {})
        return template.format(**values)


@dataclass
class World:
    """An office full of things."""

    office: Office
    things: dict[str, list[Thing]] = field(default_factory=dict)

    def add(self, kind: str, item: Json, region: str, **more: Any) -> Thing:
        """Note a thing as an answer named it."""
        made = Thing(kind, item["id"], item.get("version", 1), region, more)
        self.things.setdefault(kind, []).append(made)
        return made

    def of(self, kind: str, region: str = "") -> list[Thing]:
        """The things of a kind, of one region where it is given."""
        return [t for t in self.things.get(kind, []) if not region or t.region == region]

    def client(
        self, role: Role, region: str, subject: str = "", app: FastAPI | None = None
    ) -> httpx.AsyncClient:
        """Somebody at a post."""
        return person_at(self.office, role, region=region, subject=subject, app=app)

    async def post(
        self, role: Role, region: str, path: str, body: Json | None, *, subject: str = "",
        version: int | None = None,
    ) -> Json:  # fmt: skip
        """A command that must succeed; the answer's JSON."""
        return await done(self.client(role, region, subject), path, body, version)

    async def upload(
        self,
        role: Role,
        region: str,
        path: str,
        file: tuple[str, bytes],
        params: Json | None = None,
    ) -> Json:
        """A file that must be taken whole."""
        client = self.client(role, region)
        answer = await client.post(path, files={"file": file}, params=params, headers=keyed())
        assert answer.is_success, f"{path}: {answer.text[:2000]}"
        found: Json = answer.json()
        assert not found["rejected"], found["rejected"]
        return found

    async def listed(self, role: Role, path: str, **params: Any) -> list[Json]:
        """Everything of a list as the province sees it."""
        return await listed(self.client(role, "220000"), path, **params)


def keys(things: Sequence[Thing], **more: Any) -> list[Json]:
    """Id and version of each, as bulk commands take them."""
    return [{"id": thing.id, "version": thing.version, **more} for thing in things]
