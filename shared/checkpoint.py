"""Checkpoints: where both logs stood at a moment, signed and kept outside the database.

A chain shows that a row was altered, but not that somebody computed all of it anew. Who can do
that in the database cannot sign: the key is in the key file. One JSON line per log and moment is
appended to `HOUSING_CHECKPOINT_FILE`, which belongs on a medium that is only written to.
"""

import asyncio
import hashlib
import hmac
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.crypto import KeyRing
from shared.outbox import heads
from shared.policy import cites

EVERY = 300.0
"""Seconds between two checkpoints."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The chain's value at a position of one log. `signature` covers the rest."""

    service: str
    log: str
    position: int
    chain: str
    at: str
    signature: str = ""

    def signed(self, ring: KeyRing) -> "Checkpoint":
        """The same with its signature."""
        fields = asdict(self) | {"signature": ""}
        text = json.dumps(fields, sort_keys=True).encode()
        key = hmac.digest(ring.index_key, b"checkpoint", hashlib.sha256)
        return Checkpoint(**fields | {"signature": hmac.digest(key, text, hashlib.sha256).hex()})

    def genuine(self, ring: KeyRing) -> bool:
        """Whether who holds the keys signed it."""
        return hmac.compare_digest(self.signature, self.signed(ring).signature)


@cites("PIPL.51")
async def take(
    session: AsyncSession, service: str, now: datetime, ring: KeyRing
) -> list[Checkpoint]:
    """Checkpoints of both logs as they stand now."""
    rows = await session.execute(select(heads).order_by(heads.c.log))
    return [
        Checkpoint(service, row.log, row.position, bytes(row.chain).hex(), now.isoformat()).signed(
            ring
        )
        for row in rows
    ]


def append(file: Path, checkpoints: Sequence[Checkpoint]) -> None:
    """Write checkpoints at the end of the file, through to the medium."""
    lines = "".join(json.dumps(asdict(one), sort_keys=True) + "\n" for one in checkpoints)
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        os.write(handle, lines.encode("ascii"))
        os.fsync(handle)
    finally:
        os.close(handle)


async def keep(
    session: AsyncSession, service: str, now: datetime, ring: KeyRing, file: Path
) -> int:
    """Take checkpoints and append them; how many."""
    taken = await take(session, service, now, ring)
    await asyncio.to_thread(append, file, taken)
    return len(taken)


def read(file: Path, service: str) -> list[Checkpoint]:
    """The service's checkpoints in the order in which they were taken.

    Raises `ValueError` for a line that is none.
    """
    found = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        try:
            found.append(Checkpoint(**json.loads(line)))
        except TypeError as error:
            raise ValueError(f"line {number} is no checkpoint") from error
    return [one for one in found if one.service == service]
