"""Keeping checkpoints as they come, and raising the alarm when one contradicts another."""

from collections.abc import Sequence

from sqlalchemy import select

from services.supervision.alert.commands import raise_now
from services.supervision.custody.models import HeldCheckpoint
from services.supervision.custody.queries import finding
from services.supervision.custody.rules import Point, contradiction
from shared.commands.context import CommandContext
from shared.contracts.base import LogCheckpointed
from shared.contracts.received import Received
from shared.db.model import among
from shared.environment.logs import log
from shared.law.citing import cites


@cites("PIPL.51")
async def hold(call: CommandContext, received: Sequence[Received]) -> None:
    """Keep checkpoints; one that contradicts its predecessor is kept too, and an alert opened.

    Those that are held already change nothing.
    """
    found = []
    ids = among(HeldCheckpoint.event_id, [one.id for one in received])
    known = set(await call.session.scalars(select(HeldCheckpoint.event_id).where(ids)))
    for one in received:
        if not isinstance(one.event, LogCheckpointed) or one.id in known:
            continue
        held = await _hold(call, one, one.event)
        if held.contradiction:
            log().error(
                "log-contradicted", source=held.service, log=held.log, position=held.position,
                kind=held.contradiction,
            )  # fmt: skip
            found.append(finding(held))
    await raise_now(call, found)


async def _hold(call: CommandContext, one: Received, event: LogCheckpointed) -> HeldCheckpoint:
    newest = (
        select(HeldCheckpoint)
        .where(HeldCheckpoint.service == one.source, HeldCheckpoint.log == event.log)
        .order_by(HeldCheckpoint.event_id.desc())
    )
    before = (await call.session.scalars(newest.limit(1))).first()
    differs = contradiction(
        Point(before.position, before.chain) if before else None,
        Point(event.since_position, event.since_chain),
        Point(event.position, event.chain),
    )
    held = HeldCheckpoint(
        **event.model_dump(),
        service=one.source,
        event_id=one.id,
        told=one.position,
        received_on=call.today,
        contradiction=differs,
    )
    call.session.add(held)
    await call.session.flush()
    return held
