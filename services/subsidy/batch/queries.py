"""Reading batches."""

from uuid import UUID

from sqlalchemy import select

from services.subsidy.batch.models import Batch
from services.subsidy.batch.schemas import BatchOut
from services.subsidy.batch.states import BATCH, BatchState
from shared.commands.context import CommandContext
from shared.commands.reads import find
from shared.commands.views import head
from shared.domain.regions import name_of
from shared.http.paging import Listing, Page, PageOut, page


def show(call: CommandContext, batch: Batch) -> BatchOut:
    """A batch as its reader sees it."""
    return BatchOut(
        **head(call, BATCH, batch),
        region_name=name_of(batch.region),
        number=batch.number,
        kind=batch.kind,
        origin_id=batch.origin_id,
        month=batch.month,
        lines=batch.lines,
        total_yuan=batch.total_fen,
        paid_lines=batch.paid_lines,
        paid_yuan=batch.paid_fen,
        failed_lines=batch.failed_lines,
        failed_yuan=batch.failed_fen,
        made_by=batch.made_by,
        checked_by=batch.checked_by,
        approved_by=batch.approved_by,
        sent_by=batch.sent_by,
        explanation=batch.explanation,
        digest=batch.digest,
    )


async def one(call: CommandContext, batch_id: UUID) -> Batch:
    """A batch, locked in a run. 404 outside the reach."""
    return await find(call, Batch, batch_id, "没有找到这个批次，或者它不在您的辖区。")


BATCHES = Listing(
    select(Batch),
    Batch.region,
    Batch.id,
    scope=Batch.region,
    state=Batch.state,
    month=Batch.month,
)


async def list_batches(
    call: CommandContext,
    state: BatchState | None,
    month: str | None,
    region: str | None,
    paging: Page,
) -> PageOut[BatchOut]:
    """Batches in the caller's reach, by unit, oldest first."""
    return await page(
        call,
        BATCHES,
        paging=paging,
        make=lambda row: show(call, row),
        only=region,
        state=state,
        month=month,
    )
