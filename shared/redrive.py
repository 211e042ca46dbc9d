"""Carrying out parked events at last: in order, through the same effects, with an audit row."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select

from shared import audit
from shared.auth import Actor
from shared.clock import Clock
from shared.consumer import call_for
from shared.db import Sessions
from shared.envelope import read
from shared.inbox import parked
from shared.spec import ServiceSpec


@dataclass(frozen=True, slots=True)
class Redriven:
    """What became of one parked event."""

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
) -> list[Redriven]:
    """Try parked events again, aggregate by aggregate in the order of their positions.

    Each event has its own transaction; an aggregate stops at its first failure. Without `really`
    every transaction is rolled back, so that the outcome can be seen before.
    """
    waiting = select(parked).where(parked.c.type != "malformed")
    if subject is not None:
        waiting = waiting.where(parked.c.subject == subject)
    async with sessions() as session:
        rows = (await session.execute(waiting.order_by(parked.c.source, parked.c.position))).all()
    found: list[Redriven] = []
    stopped: set[tuple[str, UUID]] = set()
    for row in rows:
        if (row.source, row.subject) in stopped:
            continue
        outcome = "applied" if really else "would-apply"
        async with sessions() as session:
            call = call_for(session, clock)
            try:
                received = read(row.envelope)
                for subscription in spec.subscriptions:
                    if isinstance(received.event, subscription.types):
                        await subscription.apply(call, [received])
                await session.execute(delete(parked).where(parked.c.event_id == row.event_id))
                note = audit.entry(
                    call, action="redrive", object_type=row.type, object_id=row.subject,
                    region=row.region, version=row.version, reason=f"{by.subject}：{reason}",
                )  # fmt: skip
                await audit.write_all(call, [note])
                await (session.commit() if really else session.rollback())
            except Exception as error:  # told to the caller, event by event
                await session.rollback()
                outcome = getattr(error, "code", type(error).__name__)
                stopped.add((row.source, row.subject))
        found.append(
            Redriven(row.event_id, row.source, row.position, row.type, row.subject, outcome)
        )
    return found
