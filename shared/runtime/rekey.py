"""Changing data keys over: values sealed with an older key are sealed anew, a few rows at a time.

Old values open all the while, as their key stays in the ring until nothing is left under it.
"""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Column, LargeBinary, Table, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.commands.spec import ServiceSpec
from shared.crypto import keyring
from shared.crypto.sealed import COLUMNS, SealedColumn
from shared.db.engine import Sessions
from shared.law.citing import cites

CHUNK = 500


def sealed(spec: ServiceSpec) -> Iterator[tuple[SealedColumn, Table, Column[bytes]]]:
    """The service's sealed columns with where they are kept; mere indexes keep nothing sealed."""
    for one in COLUMNS:
        service, name, field = one.name.split("|")
        if service != spec.name:
            continue
        table = spec.metadata.tables[name]
        column = table.c[field if field in table.c else f"{field}_sealed"]
        if isinstance(column.type, LargeBinary):
            yield one, table, column


@cites("PIPL.51")
async def rekey(spec: ServiceSpec, sessions: Sessions) -> dict[str, int]:
    """Seal what is under an older key with the current one; how many values of each column."""
    done: dict[str, int] = {}
    for one, table, column in sealed(spec):
        done[one.name] = 0
        while True:
            async with sessions() as session, session.begin():
                count = await _chunk(session, one, table, column)
            done[one.name] += count
            if count < CHUNK:
                break
    return done


async def _chunk(
    session: AsyncSession, one: SealedColumn, table: Table, column: Column[bytes]
) -> int:
    """The next values, whose rows nobody else changes meanwhile."""
    current = keyring.keyring().current.encode()
    mark = bytes((len(current),)) + current
    older = func.substring(column, 3, len(mark)) != mark
    rows = (
        await session.execute(
            select(table.c.id, column)
            .where(column.is_not(None), older)
            .order_by(table.c.id)
            .limit(CHUNK)
            .with_for_update()
        )
    ).all()
    for id, blob in rows:
        fresh = _anew(one, id, bytes(blob))
        await session.execute(update(table).where(table.c.id == id).values({column.key: fresh}))
    return len(rows)


def _anew(one: SealedColumn, id: UUID, blob: bytes) -> bytes:
    return one.seal(id, one.open(id, blob))
