"""Reading held checkpoints."""

from sqlalchemy import literal_column, select

from services.supervision.custody.models import HeldCheckpoint
from services.supervision.custody.schemas import CheckpointOut
from shared.commands.context import CommandContext
from shared.db.statement import Statement
from shared.http.paging import Listing, Page, PageOut, page

_CONTRADICTING = Statement(
    select(HeldCheckpoint)
    .where(HeldCheckpoint.contradiction != literal_column("''"))  # as the partial index says
    .order_by(HeldCheckpoint.service, HeldCheckpoint.event_id)
)


async def contradictions(call: CommandContext) -> list[HeldCheckpoint]:
    """All that ever came: only a person, with a reason, can let an alert of one rest."""
    return await call.read(_CONTRADICTING)


CHECKPOINTS = Listing(
    select(HeldCheckpoint),
    HeldCheckpoint.service,
    HeldCheckpoint.event_id,
    scope=HeldCheckpoint.region,
    descending=True,
    service=HeldCheckpoint.service,
    log=HeldCheckpoint.log,
)


async def list_checkpoints(
    call: CommandContext, service: str | None, log: str | None, paging: Page
) -> PageOut[CheckpointOut]:
    """Held checkpoints, the newest of each service first."""
    return await page(call, CHECKPOINTS, paging=paging, make=_show, service=service, log=log)


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
