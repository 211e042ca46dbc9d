"""Reading held checkpoints."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.supervision.alert.rules import Finding
from services.supervision.alert.states import CATALOGUE
from services.supervision.custody.models import HeldCheckpoint
from services.supervision.custody.schemas import CheckpointOut
from shared.commands.context import CommandContext
from shared.http.paging import Page, PageOut, page

_LOGS = {"outbox": "事件日志", "audit_log": "审计日志"}


def finding(held: HeldCheckpoint) -> Finding:
    """What an alert has to say of a checkpoint that contradicts the one before."""
    code = "LOG_CONTRADICTED"
    return Finding(
        code=code,
        object_id=f"{held.service}/{held.log}",
        object_label=f"{held.service} 的{_LOGS[held.log]}，第{held.since_position}条及以前",
        unit=held.region,
        period=held.received_on.isoformat(),
        due_on=held.received_on,
        clause=CATALOGUE[code].clause,
    )


async def contradictions(session: AsyncSession) -> list[Finding]:
    """All that ever came: only a person, with a reason, can let such an alert rest."""
    query = select(HeldCheckpoint).where(HeldCheckpoint.contradiction != "")
    query = query.order_by(HeldCheckpoint.service, HeldCheckpoint.event_id)
    return [finding(held) for held in await session.scalars(query)]


async def list_checkpoints(
    call: CommandContext, service: str, log: str, paging: Page
) -> PageOut[CheckpointOut]:
    """Held checkpoints, the newest of each service first."""
    query = select(HeldCheckpoint)
    for column, value in ((HeldCheckpoint.service, service), (HeldCheckpoint.log, log)):
        if value:
            query = query.where(column == value)
    return await page(
        call, query, HeldCheckpoint.service, HeldCheckpoint.event_id,
        scope=HeldCheckpoint.region, paging=paging, make=_show, descending=True,
    )  # fmt: skip


def _show(held: HeldCheckpoint) -> CheckpointOut:
    return CheckpointOut(
        service=held.service,
        told=held.told,
        log=held.log,
        region=held.region,
        position=held.position,
        chain=held.chain,
        at=held.at,
        signature=held.signature,
        since_position=held.since_position,
        since_chain=held.since_chain,
        received_on=held.received_on,
        contradiction=held.contradiction,
    )
