"""Generating the batch of a month."""

from uuid import UUID

from sqlalchemy import bindparam, select

from services.subsidy.batch import lines
from services.subsidy.batch.models import Batch
from services.subsidy.batch.states import BATCH, BatchKind, BatchState
from services.subsidy.month.commands import note_made
from services.subsidy.month.locks import own_unit
from services.subsidy.payment.states import PaymentState
from services.subsidy.standard.queries import all_standards, in_force
from shared.commands.changes import create, within_reach
from shared.commands.context import CommandContext
from shared.contracts.subsidy import BatchGenerated
from shared.db.model import new_id
from shared.db.numbering import next_number, number_text
from shared.db.records import record
from shared.db.statement import Statement
from shared.domain.problems import Conflict, Reason, Refused, refuse
from shared.domain.regions import UNITS, regions_of
from shared.law.calendar import month_bounds, month_of
from shared.law.citing import cites

_OF_MONTH = Statement(
    select(Batch).where(
        Batch.region == bindparam("unit"),
        Batch.month == bindparam("month"),
        Batch.kind == BatchKind.REGULAR.value,
        Batch.state != BatchState.VOID.value,
    )
)


@cites("S2.9", "J281")
async def generate(call: CommandContext, unit: str, month: str) -> tuple[Batch, bool]:
    """The batch of a unit's month, and whether it is new: the second call finds the first's.

    A run that owns the unit, so that no agreement or standard counts on the month meanwhile.
    """
    within_reach(call, [unit])
    reasons = []
    if unit not in UNITS:
        reasons.append(
            Reason("not-a-reporting-unit", "批次按市（州）、县（市）生成。", "/region", "S2.9")
        )
    if month > month_of(call.today):
        reasons.append(Reason("month-not-begun", "该月尚未开始。", "/month", "J281"))
    refuse("batch-refused", "不能生成发放批次。", reasons, clause="S2.9")
    await own_unit(call.session, unit)
    for existing in await call.read(_OF_MONTH, unit=unit, month=month):
        return existing, False
    batch = await numbered_batch(call, unit, month, BatchKind.REGULAR, None)
    await lines.make_lines(call, batch, regions_of(unit, call.today))
    await _refuse_off_standard(call, batch)
    made = await lines.sums(call, batch.id)
    count, total_fen = made.get(PaymentState.PENDING, (0, 0))
    create_batch(call, batch, count, total_fen)
    # Before the lines are judged: the policies let nobody write another region's batch, and hide
    # its households.
    await call.write()
    if not count:
        raise Refused("no-lines", "该月没有可发放的家庭。", clause="S2.9")
    await note_made(call, unit, month)
    return batch, True


async def numbered_batch(
    call: CommandContext, unit: str, month: str, kind: BatchKind, origin: UUID | None
) -> Batch:
    """A batch with its number, which its lines begin with; `create_batch` writes it."""
    number = await next_number(call.session, "PC", unit, call.today.year)
    return record(
        Batch,
        id=new_id(),
        region=unit,
        number=number_text("PC", unit, call.today.year, number),
        kind=kind.value,
        origin_id=origin,
        month=month,
        made_by=call.actor.subject,
    )


def create_batch(call: CommandContext, batch: Batch, count: int, total_fen: int) -> None:
    """Write a new batch of so many lines and fen, and tell of it."""
    batch.lines, batch.total_fen = count, total_fen
    told = BatchGenerated(
        region=batch.region,
        on=call.today,
        batch_id=batch.id,
        month=batch.month,
        lines=count,
        total_fen=total_fen,
    )
    create(call, BATCH, batch, told)


async def _refuse_off_standard(call: CommandContext, batch: Batch) -> None:
    known = (await all_standards(call)).get(batch.region, [])
    standard = in_force(known, month_bounds(batch.month)[0])
    count = await lines.off_standard(call, batch.id, standard.id if standard else None)
    if count:
        raise Conflict(
            "amounts-not-adjusted",
            f"有 {count} 户的补贴额尚未按该月标准调整，请等当日任务完成后再生成。",
            clause="J281",
        )
