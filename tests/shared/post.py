"""The desk's letters in numbers: written, moved and read as the consumers of its feed get them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import select

from shared.commands import changes
from shared.contracts.received import Received
from shared.db.model import new_id
from shared.events.consumer import call_for
from tests.harness import Office
from tests.shared.desk.events import LetterMoved, LetterReceived
from tests.shared.desk.tables import LETTER, Letter


def letter(region: str = "220102", fen: int = 100, text: str = "来信") -> Letter:
    """A letter that is not yet in the database."""
    return Letter(id=new_id(), region=region, text=text, fen=fen)


def received(row: Letter) -> LetterReceived:
    """The event of a new letter."""
    return LetterReceived(region=row.region, letter_id=row.id, fen=row.fen)


async def write_letters(office: Office, count: int, *, region: str = "220102") -> list[UUID]:
    """New letters of 1, 2, 3 … fen in one transaction; their ids."""
    rows = [letter(region, fen) for fen in range(1, count + 1)]
    async with office.sessions() as session, session.begin():
        call = call_for(session, office.clock)
        await changes.create_all(call, LETTER, rows, [received(row) for row in rows])
    return [row.id for row in rows]


async def move_letters(office: Office, ids: Sequence[UUID], action: str, state: str) -> None:
    """Carry out one action on letters, in one transaction."""
    async with office.sessions() as session, session.begin():
        call = call_for(session, office.clock)
        found = await session.execute(select(Letter).where(Letter.id.in_(ids)).with_for_update())
        rows = list(found.scalars())
        events = [LetterMoved(region=r.region, letter_id=r.id, state=state) for r in rows]
        await changes.move_all(call, LETTER, rows, action, events)


async def told(office: Office, after: int = 0) -> list[Received]:
    """Everything the desk told, through its envelopes, numbered as far as it was committed."""
    return (await office.events())[after:]


async def as_owner(office: Office, *commands: str) -> list[Any]:
    """Run SQL as the owner of the tables, who may do what the services may not; the last rows."""
    connection = await asyncpg.connect(office.settings.owner_database_url)
    rows: list[Any] = []
    try:
        for command in commands:
            rows = await connection.fetch(command)
    finally:
        await connection.close()
    return rows
