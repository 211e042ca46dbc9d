"""A bulk command without a session: it reads ahead, and all it writes is one statement.

The command itself is written once. `hot.Command.at_once` runs it with a bundle first: what it
reads is not locked, and what it changes is kept until the end. Then one statement locks the rows,
sees whether they are still the same, takes the numbers and writes everything; counters are thus
locked for no longer than that. A bundle knows the plain good case only. Whatever else it meets is
`NotPlain`: nothing has happened then, and the command runs again in an ordinary transaction.
"""

from collections.abc import Sequence
from functools import cache
from operator import itemgetter
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
from fastapi import Response
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from shared.commands import drafts
from shared.commands.idempotency import Claim, idempotency, kept
from shared.db.connections import Connections
from shared.db.errors import is_away
from shared.db.model import Aggregate
from shared.db.scope import Reach
from shared.db.statement import SCOPE, SCOPED, Statement

A = TypeVar("A", bound=Aggregate)


class NotPlain(Exception):
    """The ordinary way has to decide."""


def no_session() -> AsyncSession:
    """The session of a call with a bundle."""
    raise NotPlain


async def fetch(
    connections: Connections, reach: Reach, sql: str, *values: Any
) -> list[asyncpg.Record]:
    """Run a statement in the caller's regions (`$1`); no rows when it was refused."""
    try:
        return await connections.fetch(sql, reach.multirange, *values)
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        if is_away(error):
            raise  # it may have been carried out: whoever asks again needs his key
        return []  # the statement failed as a whole


class Bundle:
    """What one command has read, and what it will write."""

    def __init__(self, connections: Connections, reach: Reach) -> None:
        self._connections, self._reach = connections, reach
        self._seen: list[asyncpg.Record] = []
        self._statement = Statement()

    async def lock_all(self, model: type[A], items: Sequence[tuple[UUID, int]]) -> list[A]:
        """As `changes.lock_all`, of ids and versions; the lock itself comes with the statement."""
        table: Table = model.__table__  # type: ignore[attr-defined]
        ids = [id for id, _ in items]
        found = await fetch(self._connections, self._reach, find_all(table), ids)
        by_id = {record["id"]: record for record in found}
        if self._seen or not ids or not len(by_id) == len(set(ids)) == len(ids):
            raise NotPlain
        seen = [by_id[id] for id in ids]
        if not all(
            record["version"] == version and self._reach.contains(record["region"])
            for record, (_, version) in zip(seen, items, strict=True)
        ):
            raise NotPlain
        self._seen = seen
        same = {name: tuple(one[name] for one in seen) for name in ("id", "version", "state")}
        self._statement.lock_all(table, same)
        return drafts.of_records(model, seen)

    def take_numbers(self, prefix: str, year: int, regions: Sequence[str], digits: int) -> None:
        """One number for each of the rows, in their order (`shared.db.numbering.LATER`)."""
        self._statement.take_numbers(prefix, year, regions, digits)

    def update(self, rows: Sequence[Any]) -> None:
        """Write what was changed on the rows of `lock_all`; a column that any of them changed."""
        names = drafts.columns(rows[0].__mapper__)
        held = map(itemgetter(*names), map(vars, rows))
        after = dict(zip(names.values(), zip(*held, strict=True), strict=True))
        before = zip(*(one.values() for one in self._seen), strict=True)
        seen = dict(zip(self._seen[0].keys(), before, strict=True))
        if after["id"] != seen["id"]:
            raise NotPlain
        changed = {name: new for name, new in after.items() if name == "id" or new != seen[name]}
        self._statement.update_all("changed", rows[0].__table__, changed)

    def add_all(self, rows: Sequence[Any]) -> None:
        """Write new rows of a model; those of one model at once."""
        for row in rows:
            drafts.complete(row)
        self.insert(rows[0].__table__, [drafts.values(row) for row in rows])

    def insert(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Write new rows of the same columns."""
        self._statement.insert_all(table.name, table, rows)

    async def send(self, claim: Claim | None, response: Response) -> bool:
        """Write everything, and the key with its answer; False when nothing was written."""
        if claim is not None:  # a key that is there already fails the statement
            self._statement.insert("key", idempotency, kept(claim, response))
        made = self._statement
        return bool(await fetch(self._connections, self._reach, made.text(), *made.values))


@cache
def find_all(table: Table) -> str:
    """The rows with the ids `$2`, not locked."""
    return f'WITH {SCOPE} SELECT * FROM "{table.name}" WHERE {SCOPED} AND id = ANY($2::uuid[])'
