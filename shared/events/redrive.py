"""Carrying out dead letters at last: in order, through the same effects, with an audit row."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from shared.commands import audit
from shared.commands.actor import Actor
from shared.commands.context import CommandContext
from shared.commands.spec import ServiceSpec
from shared.db.engine import Sessions
from shared.environment.clock import Clock
from shared.events.consumer import MALFORMED, call_for, carry_out, instead_of_bad_record
from shared.events.envelope import MalformedEvent, read
from shared.events.inbox import dead_letter


@dataclass(frozen=True, slots=True)
class RedriveResult:
    """What became of one dead letter."""

    event_id: UUID
    source: str
    position: int
    type: str
    subject: UUID
    outcome: str
    """Either "applied", "would-apply", or the kind of error that still stands."""


async def redrive(
    spec: ServiceSpec,
    sessions: Sessions,
    clock: Clock,
    by: Actor,
    *,
    subject: UUID | None = None,
    really: bool = False,
    reason: str = "",
) -> list[RedriveResult]:
    """Try dead letters again, aggregate by aggregate in the order of their positions.

    A record that was no event is tried as well: a newer build may read it. Each event has its own
    transaction; an aggregate stops at its first failure. Without `really`
    an aggregate's transaction is rolled back at its end, so that the outcome can be seen before.
    """
    waiting = select(dead_letter)
    if subject is not None:
        waiting = waiting.where(dead_letter.c.subject == subject)
    async with sessions() as session:
        rows = (
            await session.execute(waiting.order_by(dead_letter.c.source, dead_letter.c.position))
        ).all()
    queues: dict[tuple[str, UUID], list[Any]] = {}
    for row in rows:
        queues.setdefault((row.source, row.subject), []).append(row)
    found: list[RedriveResult] = []
    for queue in queues.values():
        async with sessions() as session:
            for row in queue:
                call = call_for(session, clock)
                outcome = "applied" if really else "would-apply"
                try:
                    if not await _carry_out(spec, call, by, row, reason):
                        break
                    if really:
                        await session.commit()
                except Exception as error:  # noqa: BLE001 - told to the caller, event by event
                    outcome = getattr(error, "code", None) or type(error).__name__
                found.append(
                    RedriveResult(
                        row.event_id, row.source, row.position, row.type, row.subject, outcome
                    )
                )
                if outcome not in ("applied", "would-apply"):
                    break
    return found


async def _carry_out(
    spec: ServiceSpec, call: CommandContext, by: Actor, row: Any, reason: str
) -> bool:
    """Apply one dead letter and note who did it; False when somebody else has just done it."""
    mine = (
        delete(dead_letter)
        .where(dead_letter.c.event_id == row.event_id)
        .returning(dead_letter.c.event_id)
    )
    if (await call.session.execute(mine)).first() is None:
        return False
    one = read(row.envelope)
    if one.source != row.source:
        raise MalformedEvent("source-differs")
    if row.type == MALFORMED:
        await instead_of_bad_record(spec, call, row.event_id, one)
    else:
        await carry_out(spec, call, [one])
    audit.note(
        replace(call, actor=by),
        action="redrive",
        object_type=row.type[:80],
        object_id=row.subject,
        region=row.region,
        version=row.version,
        reason=reason,
    )
    await call.write()
    return True


async def drop(sessions: Sessions, clock: Clock, by: Actor, event: UUID, reason: str) -> bool:
    """Give up one dead letter that will never be carried out, with the reason in the audit trail.

    The events behind it can then be tried. False when there is none.
    """
    async with sessions() as session, session.begin():
        call = replace(call_for(session, clock), actor=by)
        gone = delete(dead_letter).where(dead_letter.c.event_id == event).returning(dead_letter)
        row = (await session.execute(gone)).first()
        if row is None:
            return False
        audit.note(
            call,
            action="drop-dead-letter",
            object_type=row.type[:80],
            object_id=row.subject,
            region=row.region,
            version=row.version,
            reason=f"{row.source} {row.position}：{reason}",
        )
        await call.write()
    return True
