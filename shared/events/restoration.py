"""After a restore: a log that is shorter than what was published must not silently go on.

A worker numbers nothing while its log contradicts a signed checkpoint, and relays nothing while
the topic ends with an event that the log does not have. An operator who has looked at it confirms
the restore: signed into the checkpoint file, noted in the audit trail, and the topic filled anew
from the first event on, so that nobody who begins to read meets what exists no more.
"""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.commands import audit
from shared.commands.context import CommandContext
from shared.commands.outbox import heads, outbox, sink_cursor
from shared.crypto.keyring import KeyRing
from shared.db.model import new_id
from shared.events.checkpoint import Checkpoint, valid
from shared.events.envelope import MalformedEvent, read
from shared.events.sequencer import LOGS
from shared.law.citing import cites


class RestoredLog(RuntimeError):
    """The log is not what was published. The text says where, and what an operator has to do."""


async def against_checkpoints(
    session: AsyncSession, ring: KeyRing, checkpoints: Sequence[Checkpoint]
) -> None:
    """Raise `RestoredLog` when a log does not bear out its last signed checkpoint."""
    for log in LOGS:
        known = (one for one in reversed(valid(checkpoints, ring)) if one.log == log.name)
        last = next((one for one in known if one.genuine(ring)), None)
        if last is None or not last.position:
            continue
        table = log.table
        head = select(heads.c.position).where(heads.c.log == log.name)
        reached = (await session.execute(head)).scalar_one_or_none() or 0
        chain = select(table.c.chain).where(table.c.position == last.position)
        found = (await session.execute(chain)).scalar_one_or_none()
        if reached < last.position or (found is not None and bytes(found).hex() != last.chain):
            raise RestoredLog(
                f"{log.name} 与 {last.at} 在位置 {last.position} 签发的检查点不符（现在到 "
                f"{reached}）：数据库从备份恢复过，确认之前不编号。请运行 restored 命令。"
            )


async def against_topic(session: AsyncSession, records: Sequence[bytes]) -> None:
    """Raise `RestoredLog` when one of the last records of the topic is no event of this log."""
    for raw in records:
        try:
            told = read(raw)
        except MalformedEvent:  # not ours: whoever takes it in will say so
            continue
        found = select(outbox.c.event_id).where(outbox.c.position == told.position)
        head = select(heads.c.position).where(heads.c.log == "outbox")
        reached = (await session.execute(head)).scalar_one_or_none() or 0
        id = (await session.execute(found)).scalar_one_or_none()
        if told.position > reached or id not in (None, told.id):
            raise RestoredLog(
                f"Kafka 主题里位置 {told.position} 的事件不在库里（现在到 {reached}）："
                "数据库从备份恢复过，确认之前不转发。请运行 restored 命令。"
            )


@cites("PIPL.51")
async def confirm(call: CommandContext, service: str, reason: str) -> None:
    """Note the restore, and let the relay begin anew; in the caller's transaction."""
    await call.session.execute(update(sink_cursor).values(position=0))
    audit.note(
        call,
        action="restored",
        object_type=f"service.{service}",
        object_id=new_id(),
        region=call.actor.region,
        reason=reason,
    )
    await call.write()
