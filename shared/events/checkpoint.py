"""Checkpoints: where both logs stood at a moment, signed and kept outside the database.

A chain shows that a row was altered, but not that somebody computed all of it anew. Who can do
that in the database cannot sign: the key is in the key file. And he cannot take back what others
hold: every checkpoint is an event, so that supervision (and whoever else reads) keeps it. One JSON
line per log and moment is appended to `HOUSING_CHECKPOINT_FILE` too, which belongs on a medium
that is only written to.
"""

import asyncio
import hashlib
import hmac
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic_core import from_json
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.commands import outbox as box
from shared.commands.outbox import heads, outbox
from shared.commands.spec import ServiceSpec
from shared.crypto.keyring import KeyRing
from shared.db.engine import Sessions
from shared.db.leader import lease
from shared.domain.regions import PROVINCE
from shared.environment.logs import traceparent
from shared.events.sequencer import LOGS, START
from shared.law.citing import cites


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The chain's value at a position of one log. `signature` covers the rest.

    `restored`: from here on the log was written anew, after a restore that an operator confirmed.
    What earlier checkpoints say of later positions holds no more.
    """

    service: str
    log: str
    position: int
    chain: str
    at: str
    signature: str = ""
    restored: bool = False

    def signed(self, ring: KeyRing) -> "Checkpoint":
        """The same with its signature."""
        unsigned = self.as_data() | {"signature": ""}
        text = json.dumps(unsigned, sort_keys=True).encode()
        key = hmac.digest(ring.index_key, b"checkpoint", hashlib.sha256)
        return Checkpoint(**unsigned | {"signature": hmac.digest(key, text, hashlib.sha256).hex()})

    def as_data(self) -> dict[str, Any]:
        """Its fields; `restored` only where it says something."""
        return {name: value for name, value in asdict(self).items() if value is not False}

    def genuine(self, ring: KeyRing) -> bool:
        """Whether who holds the keys signed it."""
        return hmac.compare_digest(self.signature, self.signed(ring).signature)


@cites("PIPL.51")
async def take(
    session: AsyncSession, service: str, now: datetime, ring: KeyRing, *, restored: bool = False
) -> list[Checkpoint]:
    """Checkpoints of both logs as they stand now; nothing is numbered until the commit."""
    at = now.isoformat()
    await lease(session)
    rows = await session.execute(select(heads).order_by(heads.c.log).with_for_update())
    return [
        Checkpoint(
            service, row.log, row.position, bytes(row.chain).hex(), at, restored=restored
        ).signed(ring)
        for row in rows
    ]


def append(file: Path, checkpoints: Sequence[Checkpoint]) -> None:
    """Write checkpoints at the end of the file, through to the medium."""
    lines = "".join(json.dumps(one.as_data(), sort_keys=True) + "\n" for one in checkpoints)
    handle = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        size = os.fstat(handle).st_size
        if size and os.pread(handle, 1, size - 1) != b"\n":
            lines = "\n" + lines  # the last line was cut off, as by a power failure
        os.write(handle, lines.encode("ascii"))
        os.fsync(handle)
    finally:
        os.close(handle)


def subject_of(service: str, log: str) -> UUID:
    """The aggregate that a log's checkpoints are the versions of."""
    return uuid5(NAMESPACE_URL, f"{service}|{log}")


async def tell(session: AsyncSession, spec: ServiceSpec, taken: Sequence[Checkpoint]) -> None:
    """Write checkpoints into the outbox, each with what the log says now of the one before."""
    if spec.checkpointed is None:
        return
    rows = []
    for one in taken:
        subject = subject_of(spec.name, one.log)
        newest = (
            select(outbox.c.version, outbox.c.data)
            .where(outbox.c.aggregate == f"{spec.name}.log", outbox.c.subject == subject)
            .order_by(outbox.c.version.desc())
        )
        before = (await session.execute(newest.limit(1))).first()
        since = from_json(before.data)["position"] if before else 0
        event = spec.checkpointed(
            region=PROVINCE,
            since_position=since,
            since_chain=await _chain_at(session, one.log, since),
            **{name: value for name, value in one.as_data().items() if name != "service"},
        )
        rows.append(
            box.row(
                aggregate=f"{spec.name}.log",
                subject=subject,
                version=before.version + 1 if before else 1,
                region=PROVINCE,
                event=event,
                trace=traceparent(None),
                now=datetime.fromisoformat(one.at),
            )
        )
    if rows:
        await session.execute(insert(outbox), rows)


async def _chain_at(session: AsyncSession, log: str, position: int) -> str:
    """The chain's value at a position, as the log has it now; empty when the row is gone."""
    if not position:
        return START.hex()
    (table,) = (one.table for one in LOGS if one.name == log)
    found = select(table.c.chain).where(table.c.position == position)
    chain = (await session.execute(found)).scalar_one_or_none()
    return bytes(chain).hex() if chain else ""


async def keep(
    sessions: Sessions, spec: ServiceSpec, now: datetime, ring: KeyRing, file: Path | None
) -> int:
    """Take checkpoints, tell them, and append them to the file if there is one; how many."""
    async with sessions() as session, session.begin():
        taken = await take(session, spec.name, now, ring)
        await tell(session, spec, taken)
    if file is not None:
        await asyncio.to_thread(append, file, taken)
    return len(taken)


def read(file: Path, service: str) -> list[Checkpoint]:
    """The service's checkpoints in the order of the file: our own lines, or a saved list of those
    that supervision holds (`GET /v1/checkpoints`).

    A line that was cut off was never signed for to anybody and counts for nothing. Raises
    `ValueError` for what is neither.
    """
    text = file.read_text("utf-8")
    try:
        if text.startswith('{"items"'):
            found = [_checkpoint(one) for one in json.loads(text)["items"]]
        else:
            whole = [line for line in text.splitlines() if line.endswith("}")]
            found = [_checkpoint(json.loads(line)) for line in whole]
    except (KeyError, TypeError) as error:
        raise ValueError("这里有不是检查点的内容") from error
    return [one for one in found if one.service == service]


def _checkpoint(raw: dict[str, Any]) -> Checkpoint:
    names = [one.name for one in fields(Checkpoint) if one.name != "restored"]
    return Checkpoint(**{n: raw[n] for n in names}, restored=raw.get("restored") is True)


def valid(checkpoints: Sequence[Checkpoint], ring: KeyRing) -> list[Checkpoint]:
    """Those that still bind, oldest first: a confirmed restore ends what was told beyond it."""
    found: list[Checkpoint] = []
    for one in sorted(checkpoints, key=lambda one: one.at):
        if one.restored and one.genuine(ring):
            found = [o for o in found if o.log != one.log or o.position <= one.position]
        found.append(one)
    return found
