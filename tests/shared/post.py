"""The desk's letters in numbers: written, moved and read as the consumers of its feed get them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from sqlalchemy import any_, bindparam, select, text

from shared.commands import changes
from shared.contracts.received_event import ReceivedEvent
from shared.db.statement import Statement
from tests.acting import Json
from tests.harness import Office
from tests.shared.desk.api import letter, received, tell
from tests.shared.desk.tables import LETTER, Letter

BY_ID = Statement(select(Letter).where(Letter.id == any_(bindparam("ids"))).order_by(Letter.id))


BODY: Json = {"region": "220102", "text": "你好", "amount": "12.50", "pages": 1}
CHANGE, RUN = "/v1/letters", "/v1/registered-letters"
"""Where a letter is handed in: to a change, or to the same as a run."""


async def hand_in(
    client: httpx.AsyncClient, path: str = CHANGE, *, key: str = "key-00000001", **fields: Any
) -> httpx.Response:
    """One letter over HTTP, by default always with the same key."""
    return await client.post(path, json=BODY | fields, headers={"Idempotency-Key": key})


async def write_letters(office: Office, count: int, *, region: str = "220102") -> list[UUID]:
    """New letters of 1, 2, 3 … fen in one transaction; their ids."""
    rows = [letter(region, fen) for fen in range(1, count + 1)]
    call = office.change()
    changes.create_all(call, LETTER, rows, [received(row) for row in rows])
    await call.write()
    return [row.id for row in rows]


async def move_letters(office: Office, ids: Sequence[UUID], action: str, state: str) -> None:
    """Carry out one action on letters, in one transaction."""
    call = office.change()
    rows = await call.read(BY_ID, ids=ids)
    changes.move_all(call, LETTER, rows, action, [tell(row, state) for row in rows])
    await call.write()


async def told(office: Office, after: int = 0) -> list[ReceivedEvent]:
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


async def counts(office: Office, *tables: str) -> list[int]:
    """How many rows each of these tables has, in every region."""
    async with office.sessions() as session:
        found = [await session.scalar(text(f"SELECT count(*) FROM {name}")) for name in tables]
    return [int(one or 0) for one in found]
