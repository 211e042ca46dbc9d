"""Proving both logs: every link of the chains, and every checkpoint that was signed before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.crypto.keyring import KeyRing
from shared.events.checkpoint import Checkpoint, valid
from shared.events.sequencer import AUDIT, LOGS, Log, broken_link
from shared.law.citing import cites


@dataclass(frozen=True, slots=True)
class LogFinding:
    """What does not agree, and at which position it begins. `about` names actor and object."""

    log: str
    position: int
    kind: str
    about: str


@cites("PIPL.51")
async def verify(
    session: AsyncSession, service: str, ring: KeyRing, checkpoints: Sequence[Checkpoint] = ()
) -> list[LogFinding]:
    """All that is wrong with the logs of a service; empty when they are whole."""
    found = []
    for log in LOGS:
        broken = await broken_link(session, service, log)
        if broken is not None:
            found.append(await _broken(session, log, broken))
        mine = [one for one in valid(checkpoints, ring) if one.log == log.name]
        found += await _against(session, log, ring, mine)
    return found


async def _row(session: AsyncSession, log: Log, position: int) -> Any:
    table = log.table
    return (await session.execute(select(table).where(table.c.position == position))).first()


async def _broken(session: AsyncSession, log: Log, position: int) -> LogFinding:
    row = await _row(session, log, position)
    if row is None:
        return LogFinding(log.name, position, "missing", "这个位置的记录不在了")
    return LogFinding(log.name, position, "altered", _about(log, row))


def _about(log: Log, row: Any) -> str:
    """Who did what to which object, as the row tells now."""
    if log is AUDIT:
        return (
            f"{row.at.isoformat()} {row.actor_sub}（{row.actor_org}）{row.action} "
            f"{row.object_type} {row.object_id}"
        )
    return f"{row.at.isoformat()} {row.type} {row.aggregate} {row.subject} 第{row.version}版"


async def _against(
    session: AsyncSession, log: Log, ring: KeyRing, checkpoints: Sequence[Checkpoint]
) -> list[LogFinding]:
    """Checkpoints that were forged, or that the log no longer bears out: the first of each kind."""
    found: list[LogFinding] = []
    genuine = [one for one in checkpoints if one.genuine(ring)]
    forged = [one for one in checkpoints if one not in genuine]
    if forged:
        about = f"{forged[0].at} 的检查点签名不对"
        found.append(LogFinding(log.name, forged[0].position, "forged", about))
    agreeing, broken = [0], []
    for one in sorted(genuine, key=lambda one: one.position):
        row = await _row(session, log, one.position)
        if one.position == 0 or (row is not None and bytes(row.chain).hex() == one.chain):
            agreeing.append(one.position)
        else:
            broken.append(one)
    if broken:
        good = max(at for at in agreeing if at < broken[0].position)
        about = await _between(session, log, good, broken[0])
        found.append(LogFinding(log.name, good + 1, "rewritten", about))
    return found


async def _between(session: AsyncSession, log: Log, good: int, broken: Checkpoint) -> str:
    """What can be said of the rows behind the last position that still agrees.

    Between two checkpoints a chain cannot tell which row was altered, so the first ones are named.
    """
    table = log.table
    within = table.c.position.between(good + 1, broken.position)
    rows = await session.execute(select(table).where(within).order_by(table.c.position).limit(3))
    named = "；".join(f"第{row.position}条现为 {_about(log, row)}" for row in rows)
    return (
        f"第{good + 1}条至第{broken.position}条与 {broken.at} 签发的检查点不符：整体改写过，"
        f"或数据库经过恢复。{named or '这些记录不在了'}"
    )
