"""Hot commands: scope, state, event, audit and key in one statement, on one round trip.

A round trip to the database costs more than a row. The ordinary way (`shared.commands.changes`)
makes ten of them; the few commands that everybody waits for are tried here first. A hot command
knows only the plain good case. Whatever else it meets (a key that was seen before, a version that
has passed, a refusal) gives None, nothing has happened then, and the ordinary way finds out why.

A bulk command is written once and needs no hot form: `at_once` (`shared.commands.bundle`).
"""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

import asyncpg
from fastapi import Depends, Request, Response
from sqlalchemy import Table
from sqlalchemy.orm import DeclarativeBase

from shared.commands import changes
from shared.commands.audit import audit_log
from shared.commands.bundle import Bundle, NotPlain, fetch, find_all, no_session
from shared.commands.context import Call
from shared.commands.drafts import complete, of_records, values
from shared.commands.idempotency import Claim, idempotency, kept
from shared.commands.outbox import outbox
from shared.contracts.base import Event
from shared.db.connections import Connections
from shared.db.model import Aggregate
from shared.db.statement import Part, Statement, turned
from shared.domain.fields import Output
from shared.domain.lifecycle import Machine
from shared.domain.problems import Problem
from shared.http import etag
from shared.http.deps import DIRECT, IfMatch, Key, claim_of, writing

A = TypeVar("A", bound=Aggregate)
T = TypeVar("T")
R = TypeVar("R")
Out = TypeVar("Out", bound=Output)
P = ParamSpec("P")
_Rows = tuple[Table, list[dict[str, Any]]]


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
        bundle = Bundle(_connections(self), self.call.actor.reach)
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
        return await fetch(_connections(self), self.call.actor.reach, sql, *values)


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
    for one in (row, *also):
        complete(one)
    response = _response(answer(), 201, row.version)
    made = {"state": (_table(row), [values(row)])}
    if also:
        made["also"] = (_table(also[0]), [values(one) for one in also])
    made |= _records(command, machine, row, event, action, None, "", response)
    mine = (made, unless)
    done = await _together(command, action, _kind(made), mine, partial(_create, command))
    return response if done else None


async def _create(
    command: Command, several: Sequence[tuple[dict[str, _Rows], Part | None]]
) -> Sequence[bool] | None:
    """Write what one caller or several make, all in one statement."""
    statement = Statement()
    (first, unless), others = several[0], several[1:]
    table, rows = first["state"]
    if not others:
        statement.create(table, rows[0], unless)
    else:
        everything = [row for made, _ in several for row in made["state"][1]]
        statement.create_all(table, everything, _either([one for _, one in several]))
    _insert(statement, [made for made, _ in several])
    done = await command.fetch(statement.text(), *statement.values)
    return [True] * len(several) if done else None


def _either(conditions: Sequence[Part | None]) -> Part | None:
    """One query in the place of several that differ in their lists of values."""
    known = [one for one in conditions if one is not None]
    if not known:
        return None
    lists = zip(*(one.values for one in known), strict=True)
    return Part(known[0].sql, tuple([value for one in parts for value in one] for parts in lists))


async def find(command: Command, model: type[A], id: UUID) -> A | None:
    """The row that a command is about, not locked; None when it is not the one that was seen."""
    record = await _together(command, "find", model.__name__, id, partial(_find, command, model))
    if not record or record["version"] != command.call.expected:
        return None
    command.seen = dict(record)
    [row] = of_records(model, [record])
    return row if command.call.actor.reach.contains(row.region) else None


async def _find(
    command: Command, model: type[Aggregate], ids: Sequence[UUID]
) -> Sequence[asyncpg.Record | None]:
    table: Table = model.__table__  # type: ignore[attr-defined]
    found = {one["id"]: one for one in await command.fetch(find_all(table), ids)}
    return [found.get(id) for id in ids]


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
    seen = command.seen
    changed = {n: v for n, v in values(row).items() if n not in seen or v != seen[n]}
    same = {name: seen[name] for name in ("id", "version", "state")}
    response = _response(answer(), 200, row.version)
    made = {"changed": (_table(row), [changed])}
    made |= _records(command, machine, row, event, action, before, reason, response)
    kind = (*_kind(made), *parts)
    work = partial(_move, command, parts)
    done = await _together(command, action, kind, (same, made), work)
    return response if done else None


async def _move(
    command: Command,
    parts: Sequence[Part],
    several: Sequence[tuple[dict[str, Any], dict[str, _Rows]]],
) -> Sequence[bool] | None:
    """Write what one caller or several change, all in one statement."""
    statement = Statement()
    (same, first), others = several[0], several[1:]
    table, [changed] = first["changed"]
    if not others:
        statement.update(table, changed, same)
    else:
        statement.lock_all(table, turned([same for same, _ in several]), each=True)
        rows = [{"id": same["id"], **made["changed"][1][0]} for same, made in several]
        statement.update_all("changed", table, turned(rows), each=True)
    for n, part in enumerate(parts):
        statement.add(f"part{n}", part)
    _insert(statement, [made for _, made in several])
    done = await command.fetch(statement.text(), *statement.values)
    return [True] * len(several) if done else None


async def _together(
    command: Command,
    action: str,
    kind: Hashable,
    mine: T,
    work: Callable[[Sequence[T]], Awaitable[Sequence[R] | None]],
) -> R | None:
    """With others who act within the same regions."""
    whose = command.call.actor.reach.multirange
    return await _connections(command).together.join((whose, action, kind), mine, work)


def _kind(made: dict[str, _Rows]) -> tuple[Hashable, ...]:
    """What is equal of those who may share a statement: tables and columns."""
    return tuple((name, table.name, *rows[0]) for name, (table, rows) in made.items())


def _insert(statement: Statement, several: Sequence[dict[str, _Rows]]) -> None:
    """What goes with the state, of one caller or of several."""
    for name, (table, _) in several[0].items():
        if name not in ("state", "changed"):
            rows = [row for made in several for row in made[name][1]]
            if len(rows) == 1:
                statement.insert(name, table, rows[0])
            else:
                statement.insert_all(name, table, rows, each=len(several) > 1)


def _records(
    command: Command,
    machine: Machine,
    row: Aggregate,
    event: Event,
    action: str,
    before: str | None,
    reason: str,
    response: Response,
) -> dict[str, _Rows]:
    """Event, audit row and key with its answer. A key that is there already fails it all."""
    call = command.call
    trail = changes.trace(call, machine, row, action, before, reason)
    made: dict[str, _Rows] = {
        "event": (outbox, [changes.note(call, machine, row, event)]),
        "trail": (audit_log, [trail]),
    }
    if command.claim is not None:
        made["key"] = (idempotency, [kept(command.claim, response)])
    return made


def _connections(command: Command) -> Connections:
    found = command.call.connections
    assert found is not None
    return found


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
