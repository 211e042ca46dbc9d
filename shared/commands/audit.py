"""The audit trail: one row for each change, each read of unmasked data and each operator's act.

A row is written in the transaction of what it tells of.
The sequencer gives committed rows a gapless position and chains their hash. Rows carry ids and
reasons, never a name or a number of a person.
"""

from functools import cache
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    Uuid,
    text,
)

from shared.commands.context import CommandContext
from shared.db.model import MACHINERY, RegionColumn, new_id
from shared.domain.roles import Role

audit_log = Table(
    "audit_log",
    MACHINERY,
    Column("id", Uuid, primary_key=True, default=new_id),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor_sub", String(200), nullable=False),
    Column("actor_org", String(200), nullable=False),
    Column("actor_roles", String(200), nullable=False),
    Column("actor_region", RegionColumn, nullable=False),
    Column("action", String(60), nullable=False),
    Column("object_type", String(80), nullable=False),
    Column("object_id", Uuid, nullable=False),
    Column("object_region", RegionColumn, nullable=False),
    Column("object_version", Integer, nullable=True),
    Column("state_before", String(40), nullable=True),
    Column("state_after", String(40), nullable=True),
    Column("reason", Text, nullable=False, server_default=""),
    Column("trace", String(60), nullable=False),
    Column("position", BigInteger, nullable=True, unique=True),
    Column("chain", LargeBinary(32), nullable=True),
    Index("ix_audit_log_unnumbered", "id", postgresql_where=text("position IS NULL")),
    comment="办理和查阅留痕，按位置成链",
)


def note(
    call: CommandContext,
    *,
    action: str,
    object_type: str,
    object_id: UUID,
    region: str,
    version: int | None = None,
    before: str | None = None,
    after: str | None = None,
    reason: str = "",
) -> None:
    """Leave an audit row with what the command writes. `before`, `after`: states of the object."""
    actor = call.actor
    row = {
        "id": new_id(),
        "at": call.now,
        "actor_sub": actor.subject,
        "actor_org": actor.organisation,
        "actor_roles": _written(actor.roles),
        "actor_region": actor.region,
        "action": action,
        "object_type": object_type,
        "object_id": object_id,
        "object_region": region,
        "object_version": version,
        "state_before": before,
        "state_after": after,
        "reason": reason,
        "trace": call.trace,
    }
    call.writes.insert(audit_log, row)


@cache
def _written(roles: frozenset[Role]) -> str:
    return ",".join(sorted(roles))


async def unmasked(
    call: CommandContext, *, object_type: str, object_id: UUID, region: str, purpose: str
) -> None:
    """Write at once that the caller sees unmasked personal data, and for what purpose."""
    note(
        call,
        action="unmask",
        object_type=object_type,
        object_id=object_id,
        region=region,
        reason=purpose,
    )
    await call.write()
