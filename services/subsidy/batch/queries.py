"""Reading batches."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.subsidy.batch.models import Batch, BatchedMonth
from services.subsidy.batch.schemas import BatchOut
from services.subsidy.batch.states import MACHINE, BatchState
from shared.commands.context import CommandContext
from shared.commands.shown import head
from shared.db.scope import within
from shared.domain.problems import NotFound
from shared.domain.regions import name_of
from shared.http.paging import Page, PageOut, page


async def last_months(session: AsyncSession, units: Iterable[str]) -> dict[str, str]:
    """Unit -> the newest month that it has made a batch for."""
    query = select(BatchedMonth).where(BatchedMonth.unit.in_(list(units)))
    return {row.unit: row.month for row in await session.scalars(query)}


async def last_month(session: AsyncSession, unit: str) -> str | None:
    """The newest month that a unit has made a batch for."""
    return (await last_months(session, [unit])).get(unit)


def show(call: CommandContext, batch: Batch) -> BatchOut:
    """A batch as its reader sees it."""
    return BatchOut(
        **head(call, MACHINE, batch),
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


async def find(call: CommandContext, batch_id: UUID, *, lock: bool = False) -> Batch:
    """A batch, for update if wanted. 404 outside the reach."""
    query = within(select(Batch), call, Batch.region).where(Batch.id == batch_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    batch = (await call.session.execute(query)).scalar_one_or_none()
    if batch is None:
        raise NotFound("not-found", "没有找到这个批次，或者它不在您的辖区。")
    return batch


async def list_batches(
    call: CommandContext,
    state: BatchState | None,
    month: str | None,
    region: str | None,
    paging: Page,
) -> PageOut[BatchOut]:
    """Batches in the caller's reach, by unit, oldest first."""
    query = select(Batch)
    if state is not None:
        query = query.where(Batch.state == state)
    if month is not None:
        query = query.where(Batch.month == month)
    return await page(
        call, query, Batch.region, Batch.id, scope=Batch.region, only=region,
        paging=paging, make=lambda row: show(call, row),
    )  # fmt: skip
