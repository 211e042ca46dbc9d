"""Hot commands: scope, state, event, audit and key in one statement, on one round trip.

A round trip to the database costs more than a row. The ordinary way (`shared.changes`) makes ten
of them; the few commands that everybody waits for are tried here first. A hot command knows only
the plain good case. Whatever else it meets (a key that was seen before, a version that has passed,
a refusal) gives None, nothing has happened then, and the ordinary way finds out why.

The statement itself tells the database whose it is: each part of it waits for `scope`, so that
the policies of `shared.access` judge its rows, and the setting ends with the statement.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count
from types import SimpleNamespace
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

import asyncpg
from fastapi import Depends, Request, Response
from sqlalchemy import Table, inspect
from sqlalchemy.orm import DeclarativeBase, Mapper

from shared import changes, etag
from shared.arrays import cast
from shared.audit import audit_log
from shared.call import DIRECT, Call, IfMatch, Key, claim_of, writing
from shared.contracts.base import Event
from shared.db import Aggregate
from shared.dberrors import as_problem
from shared.idempotency import Claim, idempotency, kept_headers
from shared.inputs import Output
from shared.outbox import outbox
from shared.problems import Problem
from shared.states import Machine

A = TypeVar("A", bound=Aggregate)
T = TypeVar("T")
P = ParamSpec("P")

_SCOPE = "scope AS MATERIALIZED (SELECT set_config('app.reach', $1, true) AS reach)"
_SCOPED = "(SELECT reach FROM scope) IS NOT NULL"
"""A condition without columns: PostgreSQL asks it once, before it looks at any row."""
_LOST = ("08", "53", "57")
"""Classes of errors after which nobody knows, or nobody can help."""


@dataclass(frozen=True, slots=True)
class Part:
    """A condition or one more statement. `{}` stands for its values, `state` for the row."""

    sql: str
    values: tuple[Any, ...] = ()


_FROM_STATE = Part("FROM state")


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

    async def ordinary(self) -> Call:
        """Go the ordinary way: the key is taken, then the call is as that of any `Writing`."""
        return await writing(self.request, self.if_match, self.key)

    async def fetch(self, sql: str, *values: Any) -> list[asyncpg.Record]:
        """Run a statement in the caller's regions (`$1`); no rows when it was refused."""
        assert self.call.connections is not None
        try:
            return await self.call.connections.fetch(sql, self.call.actor.reach.multirange, *values)
        except asyncpg.DataError:
            return []
        except asyncpg.InterfaceError as error:
            raise as_problem(error) from error
        except asyncpg.PostgresError as error:
            if (error.sqlstate or "")[:2] in _LOST:
                raise as_problem(error) from error
            return []  # the statement failed as a whole


async def _swift(request: Request, if_match: IfMatch = None, key: Key = None) -> Command:
    call = replace(request.state.call, expected=etag.parse(if_match))
    return Command(request, call, await claim_of(request, key), if_match, key)


async def _directly(request: Request) -> Command:
    headers = request.headers
    return await _swift(request, headers.get("if-match"), headers.get("idempotency-key"))


DIRECT[_swift] = _directly
Swift = Annotated[Command, Depends(_swift)]
"""A command that is tried the hot way first, and is a `Writing` call otherwise."""


def draft(model: type[T]) -> Callable[..., T]:
    """Makes rows of a model that are shown and written here, and that no session ever follows.

    They have the model's columns as plain attributes, those that were not given as None.
    """
    key: Any = model
    made: Callable[..., T] = _draft(key)
    return made


@cache
def _draft(model: Any) -> Any:
    mapper = inspect(model)
    known = {"__table__": mapper.local_table, "__mapper__": mapper}
    columns = dict.fromkeys(mapper.column_attrs.keys())
    return type(f"{model.__name__}Draft", (SimpleNamespace,), columns | known)


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
    _complete(row)
    made = _Statement()
    source = Part(f"FROM scope WHERE {_SCOPED} RETURNING id")
    if unless is not None:
        guard = f"{_SCOPED} AND NOT EXISTS ({unless.sql})"
        source = Part(f"FROM scope WHERE {guard} RETURNING id", unless.values)
    made.insert("state", _table(row), _values(row), source)
    for one in also:
        _complete(one)
    if also:
        made.insert_all("also", _table(also[0]), [_values(one) for one in also])
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
    columns = _columns(inspect(model))
    row = draft(model)(**{name: command.seen[column] for name, column in columns.items()})
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
    made, table, seen = _Statement(), _table(row), command.seen
    changed = {n: v for n, v in _values(row).items() if n not in seen or v != seen[n]}
    made.update(table, changed, {name: seen[name] for name in ("id", "version", "state")})
    for n, part in enumerate(parts):
        made.add(f"part{n}", part)
    response = _response(answer(), 200, row.version)
    _record(made, command, machine, row, event, action, before, reason, response)
    return response if await command.fetch(made.text(), *made.values) else None


def _record(
    made: "_Statement",
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
        claim = command.claim
        kept = {
            "actor": claim.actor,
            "route": claim.route,
            "key": claim.key,
            "fingerprint": claim.fingerprint,
            "at": claim.at,
            "status": response.status_code,
            "headers": kept_headers(response),
            "body": response.body,
        }
        made.insert("key", idempotency, kept)


def _response(answer: Output, status: int, version: int) -> Response:
    return Response(
        answer.__pydantic_serializer__.to_json(answer),
        status,
        {"etag": f'"{version}"'},
        "application/json",
    )


class _Statement:
    """Statements on one round trip, and their values; `$1` is the reach.

    Only the values differ from one command to the next: the text is made once for each shape.
    """

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._shape: list[tuple[Any, ...]] = []

    def text(self) -> str:
        """The whole; it answers with one row when the state was written."""
        return _text(tuple(self._shape))

    def insert(
        self, name: str, table: Table, row: dict[str, Any], source: Part = _FROM_STATE
    ) -> None:
        """One row, when `source` gives one."""
        self._shape.append((_insert_text, name, table, tuple(row), source.sql))
        self.values += row.values()
        self.values += source.values

    def insert_all(self, name: str, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Rows of the same columns, when the state was written."""
        self._shape.append((_insert_all_text, name, table, tuple(rows[0]), ""))
        self.values += ([row[column] for row in rows] for column in rows[0])

    def update(self, table: Table, changed: dict[str, Any], same: dict[str, Any]) -> None:
        """The state of one row, when these columns are still the same."""
        self._shape.append((_update_text, "state", table, tuple(changed), tuple(same)))
        self.values += changed.values()
        self.values += same.values()

    def add(self, name: str, part: Part) -> None:
        """One statement more."""
        self._shape.append((_part_text, name, None, (), part.sql))
        self.values += part.values


@cache
def _text(shape: tuple[tuple[Any, ...], ...]) -> str:
    places = (f"${n}" for n in count(2))
    parts = [f"{one[1]} AS ({one[0](places, *one[2:])})" for one in shape]
    return f"WITH {_SCOPE}, {', '.join(parts)} SELECT id FROM state"


def _filled(sql: str, places: Iterator[str]) -> str:
    return "".join(
        text + (next(places) if more else "")
        for text, more in zip(sql.split("{}"), [*[True] * sql.count("{}"), False], strict=True)
    )


def _insert_text(places: Iterator[str], table: Table, names: tuple[str, ...], source: str) -> str:
    values = ", ".join(f"{next(places)}::{cast(table.c[name])}" for name in names)
    return f"{_into(table, names)} SELECT {values} {_filled(source, places)}"


def _insert_all_text(places: Iterator[str], table: Table, names: tuple[str, ...], _: str) -> str:
    lists = ", ".join(f"{next(places)}::{cast(table.c[name])}[]" for name in names)
    return f"{_into(table, names)} SELECT r.* FROM state, unnest({lists}) r"


def _update_text(
    places: Iterator[str], table: Table, changed: tuple[str, ...], same: tuple[str, ...]
) -> str:
    def equal(name: str) -> str:
        return f'"{name}" = {next(places)}::{cast(table.c[name])}'

    sets = ", ".join(equal(name) for name in changed)
    guard = " AND ".join(equal(name) for name in same)
    return f'UPDATE "{table.name}" SET {sets} WHERE {_SCOPED} AND {guard} RETURNING id'


def _part_text(places: Iterator[str], _: None, __: tuple[()], sql: str) -> str:
    return _filled(sql, places)


def _into(table: Table, names: tuple[str, ...]) -> str:
    quoted = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{table.name}" ({quoted})'


@cache
def _columns(mapper: Mapper[Any]) -> dict[str, str]:
    """Attribute -> column."""
    return {one.key: one.columns[0].name for one in mapper.column_attrs}


def _table(row: Any) -> Table:
    table: Table = row.__table__
    return table


def _values(row: Any) -> dict[str, Any]:
    """The columns that were given a value; the others keep their default."""
    held = vars(row)
    return {column: held[name] for name, column in _columns(row.__mapper__).items() if name in held}


@cache
def _defaults(mapper: Mapper[Any]) -> dict[str, Any]:
    """Attribute -> the plain value that the column has by default."""
    defaults: dict[str, Any] = {one.key: one.columns[0].default for one in mapper.column_attrs}
    return {name: one.arg for name, one in defaults.items() if one is not None and one.is_scalar}


def _complete(row: Any) -> None:
    """Give a new row its plain defaults, as a flush would: it is shown before it is written."""
    for name, value in _defaults(row.__mapper__).items():
        if name not in vars(row):
            setattr(row, name, value)


@cache
def _find(table: Table) -> str:
    return f'WITH {_SCOPE} SELECT * FROM "{table.name}" WHERE {_SCOPED} AND id = $2::uuid'
