"""Going back with a source that was restored: what it told last exists no more.

A backup is older than what readers had. The events behind the last common position are forgotten
here, so that the source's new ones can be taken in at the same positions. What the lost ones did is
undone by the subscriptions that can (`Subscription.withdraw`); then the source is read once more
from its first event. What this service decided on its own because of them stands: it is listed for
the people who have to look at it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.commands import audit
from shared.commands.actor import SYSTEM, Actor
from shared.commands.audit import audit_log
from shared.commands.context import CommandContext
from shared.commands.spec import ServiceSpec
from shared.events.inbox import consumer_pos, dead_letter, inbox
from shared.law.citing import cites

MOST_DEEDS = 200


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that this service did by itself since it took in the first lost event."""

    action: str
    object_type: str
    object_id: UUID


@dataclass(frozen=True, slots=True)
class RewindResult:
    """What was, or would be, forgotten; `again` is the position from which is read once more."""

    lost: tuple[tuple[int, UUID], ...]
    """Position and id of every event that the source does not have any more."""
    again: int
    deeds: tuple[Deed, ...]


async def taken_in(session: AsyncSession, source: str, after: int = 0) -> list[tuple[int, UUID]]:
    """Position and id of what was taken in from a source, in order."""
    found = select(inbox.c.position, inbox.c.event_id)
    found = found.where(inbox.c.source == source, inbox.c.position > after)
    rows = await session.execute(found.order_by(inbox.c.position))
    return [(row.position, row.event_id) for row in rows]


async def last_common(feed: httpx.AsyncClient, had: Sequence[tuple[int, UUID]]) -> int:
    """The last position at which the source still has the event that was taken in; 0 when none.

    One question for each halving: the feed refuses an event that it does not have. Raises
    `httpx.HTTPError` when it does not answer.
    """
    low, high = 0, len(had)  # the first `low` are common, from `high` on none is
    while low < high:
        middle = (low + high) // 2
        position, id = had[middle]
        query: dict[str, int | str] = {"after": position, "last": str(id), "limit": 1}
        answer = await feed.get("/v1/events", params=query)
        if answer.status_code == 409:
            high = middle
        else:
            answer.raise_for_status()
            low = middle + 1
    return had[low - 1][0] if low else 0


@cites("PIPL.51")
async def rewind(
    spec: ServiceSpec, call: CommandContext, by: Actor, *, source: str, kept: int, reason: str
) -> RewindResult:
    """Forget what came from `source` behind `kept`, in the caller's transaction, with an audit row.

    Nobody takes in anything meanwhile. Nothing is written when nothing is lost.
    """
    session = call.session
    await session.execute(text("LOCK TABLE inbox IN SHARE ROW EXCLUSIVE MODE"))
    lost = tuple(await taken_in(session, source, kept))
    if not lost:
        return RewindResult((), kept, ())
    deeds = await _deeds(session, lost[0][1])
    undo = [one.withdraw for one in spec.subscriptions if one.withdraw is not None]
    for withdraw in undo:
        await withdraw(call, source, kept)
    again = 0 if undo else kept
    for table in (inbox, dead_letter):
        await session.execute(
            delete(table).where(table.c.source == source, table.c.position > again)
        )
    at = update(consumer_pos).where(consumer_pos.c.source == source)
    await session.execute(at.values(position=again))
    audit.note(
        replace(call, actor=by),
        action="rewind",
        object_type=f"source.{source}",
        object_id=lost[0][1],
        region=by.region,
        reason=f"{reason}（保留到第 {kept} 件，撤去 {len(lost)} 件）",
    )
    await call.write()
    return RewindResult(lost, again, deeds)


async def _deeds(session: AsyncSession, first: UUID) -> tuple[Deed, ...]:
    """What the system did since the first lost event came; among it what it did because of it."""
    since = select(inbox.c.at).where(inbox.c.event_id == first).scalar_subquery()
    rows: Any = await session.execute(
        select(audit_log.c.action, audit_log.c.object_type, audit_log.c.object_id)
        .where(audit_log.c.actor_sub == SYSTEM.subject, audit_log.c.at >= since)
        .order_by(audit_log.c.at, audit_log.c.id)
        .limit(MOST_DEEDS)
    )
    return tuple(Deed(*row) for row in rows)
