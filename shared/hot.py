"""Hot commands: scope, state, event, audit and key in one statement, on one round trip.

A round trip to the database costs more than a row. The ordinary way (`shared.changes`) makes ten
of them; the few commands that everybody waits for are tried here first. A hot command knows only
the plain good case. Whatever else it meets (a key that was seen before, a version that has passed,
a refusal) gives None, nothing has happened then, and the ordinary way finds out why.

A bulk command is written once and needs no hot form of its own: `at_once` (`shared.bundle`).
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

import asyncpg
from fastapi import Depends, Request, Response
from sqlalchemy import Table
from sqlalchemy.orm import DeclarativeBase

from shared import changes, etag
from shared.audit import audit_log
from shared.bundle import Bundle, NotPlain, fetch, kept, no_session
from shared.call import DIRECT, Call, IfMatch, Key, claim_of, writing
from shared.contracts.base import Event
from shared.db import Aggregate
from shared.drafts import complete, of_records, values
from shared.idempotency import Claim, idempotency
from shared.inputs import Output
from shared.outbox import outbox
from shared.problems import Problem
from shared.statement import SCOPE, SCOPED, Part, Statement
from shared.states import Machine

A = TypeVar("A", bound=Aggregate)
T = TypeVar("T")
Out = TypeVar("Out", bound=Output)
P = ParamSpec("P")


@dataclass(slots=True)
class Command:
    """A changing request that has not touched the database yet."""

    request: Request
    call: Call
    claim: Claim | None
    if_match: str | None
    key: str | None
    seen: dict[str, Any] = field(default_factory=dict)
    """The row as `find` read it."""

    async def swiftly(
        self,
        work: Callable[Concatenate["Command", P], Awaitable[Response | None]],
        *args: P.args,
        **named: P.kwargs,
    ) -> Response | None:
        """The answer of the hot way; None when the ordinary way has to decide."""
        try:
            return await work(self, *args, **named)
        except Problem as problem:
            if problem.status >= 500:
                raise
            return None

    async def at_once(
        self,
        show: Callable[[T], Out],
        work: Callable[Concatenate[Call, P], Awaitable[T]],
        *args: P.args,
        **named: P.kwargs,
    ) -> Response | Out:
        """Carry out a bulk command on two round trips, or else the ordinary way."""
        assert self.call.connections is not None
        bundle = Bundle(self.call.connections, self.call.actor.reach)
        try:
            done = await work(replace(self.call, open=no_session, bundle=bundle), *args, **named)
            response = _response(show(done), 200)
            if await bundle.send(self.claim, response):
                return response
        except NotPlain:
            pass
        except Problem as problem:
            if problem.status >= 500:
                raise
        return show(await work(await self.ordinary(), *args, **named))

    async def ordinary(self) -> Call:
        """Go the ordinary way: the key is taken, then the call is as that of any `Writing`."""
        return await writing(self.request, self.if_match, self.key)

    async def fetch(self, sql: str, *values: Any) -> list[asyncpg.Record]:
        """Run a statement in the caller's regions (`$1`); no rows when it was refused."""
        assert self.call.connections is not None
        return await fetch(self.call.connections, self.call.actor.reach, sql, *values)


async def _swift(request: Request, if_match: IfMatch = None, key: Key = None) -> Command:
    call: Call = request.state.call
    if if_match is not None:
        call = replace(call, expected=etag.parse(if_match))
    return Command(request, call, await claim_of(request, key), if_match, key)


async def _directly(request: Request) -> Command:
    headers = request.headers
    return await _swift(request, headers.get("if-match"), headers.get("idempotency-key"))


DIRECT[_swift] = _directly
Swift = Annotated[Command, Depends(_swift)]
"""A command that is tried the hot way first, and is a `Writing` call otherwise."""


async def create(
    command: Command,
    machine: Machine,
    row: Aggregate,
    event: Event,
    answer: Callable[[], Output],
    *,
    action: str = "create",
    also: Sequence[DeclarativeBase] = (),
    unless: Part | None = None,
) -> Response | None:
    """As `changes.create`, with rows of one other table, and not when the query `unless` finds any.

    `answer` shows the row as it will stand there.
    """
    if not command.call.actor.reach.contains(row.region):
        return None
    changes.begin(command.call, machine, row)
    complete(row)
    made = Statement()
    source = Part(f"FROM scope WHERE {SCOPED} RETURNING id")
    if unless is not None:
        guard = f"{SCOPED} AND NOT EXISTS ({unless.sql})"
        source = Part(f"FROM scope WHERE {guard} RETURNING id", unless.values)
    made.insert("state", _table(row), values(row), source)
    for one in also:
        complete(one)
    if also:
        made.insert_all("also", _table(also[0]), [values(one) for one in also])
    response = _response(answer(), 201, row.version)
    _record(made, command, machine, row, event, action, None, "", response)
    return response if await command.fetch(made.text(), *made.values) else None


async def find(command: Command, model: type[A], id: UUID) -> A | None:
    """The row that a command is about, not locked; None when it is not the one that was seen."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    found = await command.fetch(_find(table), id)
    if not found or found[0]["version"] != command.call.expected:
        return None
    command.seen = dict(found[0])
    [row] = of_records(model, found)
    return row if command.call.actor.reach.contains(row.region) else None


async def move(
    command: Command,
    machine: Machine,
    row: Aggregate,
    action: str,
    event: Event,
    answer: Callable[[], Output],
    *,
    parts: Sequence[Part] = (),
    reason: str = "",
) -> Response | None:
    """As `changes.move`, for a row of `find` that nobody has changed since; then `parts`."""
    call, before = command.call, row.state
    changes.advance(call, row, changes.target(call, machine, row, action))
    made, table, seen = Statement(), _table(row), command.seen
    changed = {n: v for n, v in values(row).items() if n not in seen or v != seen[n]}
    made.update(table, changed, {name: seen[name] for name in ("id", "version", "state")})
    for n, part in enumerate(parts):
        made.add(f"part{n}", part)
    response = _response(answer(), 200, row.version)
    _record(made, command, machine, row, event, action, before, reason, response)
    return response if await command.fetch(made.text(), *made.values) else None


def _record(
    made: Statement,
    command: Command,
    machine: Machine,
    row: Aggregate,
    event: Event,
    action: str,
    before: str | None,
    reason: str,
    response: Response,
) -> None:
    """Event, audit row and key with its answer. A key that is there already fails it all."""
    call = command.call
    made.insert("event", outbox, changes.note(call, machine, row, event))
    trail = changes.trace(call, machine, row, action, before, reason)
    made.insert("trail", audit_log, trail)
    if command.claim is not None:
        made.insert("key", idempotency, kept(command.claim, response))


def _response(answer: Output, status: int, version: int | None = None) -> Response:
    return Response(
        answer.__pydantic_serializer__.to_json(answer),
        status,
        {} if version is None else {"etag": etag.of(version)},
        "application/json",
    )


def _table(row: Any) -> Table:
    table: Table = row.__table__
    return table


@cache
def _find(table: Table) -> str:
    return f'WITH {SCOPE} SELECT * FROM "{table.name}" WHERE {SCOPED} AND id = $2::uuid'
