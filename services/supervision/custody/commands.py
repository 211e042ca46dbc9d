"""Keeping checkpoints as they come, and telling which contradict those that came before."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from services.supervision.custody.models import HeldCheckpoint
from services.supervision.custody.rules import Point, contradiction
from shared.commands.context import CommandContext
from shared.contracts.base import LogCheckpointed
from shared.contracts.received_event import ReceivedEvent
from shared.db.model import among
from shared.db.records import record
from shared.db.statement import Statement
from shared.environment.logs import log
from shared.law.citing import cites

Log = tuple[str, str]
"""A service, and which of its logs."""


@cites("PIPL.51")
async def hold(call: CommandContext, received: Sequence[ReceivedEvent]) -> list[HeldCheckpoint]:
    """Keep checkpoints, also one that contradicts its predecessor; answers with those.

    Those that are held already change nothing.
    """
    found = []
    ids = among(HeldCheckpoint.event_id, [one.id for one in received])
    known = set(await call.session.scalars(select(HeldCheckpoint.event_id).where(ids)))
    newest: dict[Log, HeldCheckpoint | None] = {}
    for one in received:
        if not isinstance(one.event, LogCheckpointed) or one.id in known:
            continue
        key = (one.source, one.event.log)
        if key not in newest:
            newest[key] = await _newest(call, key)
        before = newest[key]
        held = _held(call, one, one.event, before)
        call.writes.add(held)
        if before is None or before.event_id < held.event_id:
            newest[key] = held
        if held.contradiction:
            log().error(
                "log-contradicted",
                source=held.service,
                log=held.log,
                position=held.position,
                kind=held.contradiction,
            )
            found.append(held)
    return found


_NEWEST = Statement(
    select(HeldCheckpoint)
    .where(
        HeldCheckpoint.service == bindparam("service"),
        HeldCheckpoint.log == bindparam("log"),
    )
    .order_by(HeldCheckpoint.event_id.desc())
    .limit(1)
)


async def _newest(call: CommandContext, of: Log) -> HeldCheckpoint | None:
    """The checkpoint of a log that was signed last, of those held before this batch."""
    service, name = of
    found: list[HeldCheckpoint] = await call.read(_NEWEST, service=service, log=name)
    return found[0] if found else None


def _held(
    call: CommandContext, one: ReceivedEvent, event: LogCheckpointed, before: HeldCheckpoint | None
) -> HeldCheckpoint:
    differs = contradiction(
        Point(before.position, before.chain) if before else None,
        Point(event.since_position, event.since_chain),
        Point(event.position, event.chain),
    )
    return record(
        HeldCheckpoint,
        **event.model_dump(),
        service=one.source,
        event_id=one.id,
        told=one.position,
        received_on=call.today,
        contradiction=differs,
    )
