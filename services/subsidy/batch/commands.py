"""A batch from its making to its closing."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from services.subsidy.batch import lines, rules
from services.subsidy.batch.models import Batch, BatchedMonth
from services.subsidy.batch.states import MACHINE, UNSENT, BatchKind, BatchState
from services.subsidy.locks import own_unit
from services.subsidy.payment.commands import moved as payment_moved
from services.subsidy.payment.models import Payment
from services.subsidy.payment.states import MACHINE as PAYMENT
from services.subsidy.payment.states import PaymentState
from services.subsidy.standard.queries import all_standards, in_force
from shared.commands.changes import create, lock, move, move_all
from shared.commands.context import CommandContext
from shared.contracts.subsidy import BatchGenerated, BatchStateChanged
from shared.db.model import among, new_id
from shared.db.numbering import next_number, number_text
from shared.domain.problems import Conflict, Forbidden, Reason, Refused, refuse
from shared.domain.regions import UNITS, regions_of
from shared.law.calendar import month_bounds, month_of
from shared.law.citing import cites


async def new_batch(
    call: CommandContext, unit: str, month: str, kind: BatchKind, origin: UUID | None
) -> Batch:
    """A batch without lines, in the session; `tell` finishes it."""
    number = await next_number(call.session, "PC", unit, call.today.year)
    batch = Batch(
        id=new_id(),
        region=unit,
        state=MACHINE.initial,
        created_on=call.today,
        updated_at=call.now,
        number=number_text("PC", unit, call.today.year, number),
        kind=kind,
        origin_id=origin,
        month=month,
        made_by=call.actor.subject,
    )
    call.session.add(batch)
    await call.session.flush()
    return batch


async def tell(call: CommandContext, batch: Batch) -> None:
    """Sum up the lines of a new batch and tell of it."""
    made = await lines.sums(call.session, batch)
    batch.lines = sum(count for count, _ in made.by_state.values())
    batch.total_fen = sum(fen for _, fen in made.by_state.values())
    told = BatchGenerated(
        region=batch.region, on=call.today, batch_id=batch.id, month=batch.month,
        lines=batch.lines, total_fen=batch.total_fen,
    )  # fmt: skip
    await create(call, MACHINE, batch, told)


@cites("S2.9", "J281")
async def generate(call: CommandContext, unit: str, month: str) -> tuple[Batch, bool]:
    """The batch of a unit's month, and whether it is new: the second call finds the first's."""
    if not call.actor.reach.contains(unit):
        raise Forbidden("region-outside", "只能办理本辖区的业务。")
    reasons = []
    if unit not in UNITS:
        reasons.append(
            Reason("not-a-reporting-unit", "批次按市（州）、县（市）生成。", "/region", "S2.9")
        )
    if month > month_of(call.today):
        reasons.append(Reason("month-not-begun", "该月尚未开始。", "/month", "J281"))
    refuse("batch-refused", "不能生成发放批次。", reasons, clause="S2.9")
    await own_unit(call.session, unit)
    query = select(Batch).where(
        Batch.region == unit,
        Batch.month == month,
        Batch.kind == BatchKind.REGULAR,
        Batch.state != BatchState.VOID,
    )
    existing = (await call.session.execute(query)).scalar_one_or_none()
    if existing is not None:
        return existing, False
    batch = await new_batch(call, unit, month, BatchKind.REGULAR, None)
    await lines.make_lines(call, batch, regions_of(unit, call.today))
    await _refuse_off_standard(call, batch)
    await tell(call, batch)
    if not batch.lines:
        raise Refused("no-lines", "该月没有可发放的家庭。", clause="S2.9")
    newest = insert(BatchedMonth).values(unit=unit, month=month)
    newest = newest.on_conflict_do_update(
        index_elements=["unit"],
        set_={"month": func.greatest(BatchedMonth.month, newest.excluded.month)},
    )
    await call.session.execute(newest)
    return batch, True


async def _refuse_off_standard(call: CommandContext, batch: Batch) -> None:
    known = (await all_standards(call.session)).get(batch.region, [])
    standard = in_force(known, month_bounds(batch.month)[0])
    count = await lines.off_standard(call.session, batch.id, standard.id if standard else None)
    if count:
        raise Conflict(
            "amounts-not-adjusted",
            f"有 {count} 户的补贴额尚未按该月标准调整，请等当日任务完成后再生成。",
            clause="J281",
        )


async def _locked(call: CommandContext, batch_id: UUID, action: str) -> Batch:
    """The batch for update, in a state that allows the action."""
    batch = await lock(call, Batch, batch_id)
    MACHINE.after(batch.state, action)
    return batch


async def step(call: CommandContext, batch: Batch, action: str, *, reason: str = "") -> Batch:
    """Carry out an action and tell of the state that it leads to."""
    told = BatchStateChanged(
        region=batch.region, on=call.today, batch_id=batch.id, month=batch.month,
        state=MACHINE.after(batch.state, action), lines=batch.lines, total_fen=batch.total_fen,
    )  # fmt: skip
    await move(call, MACHINE, batch, action, told, reason=reason)
    return batch


def _separate(call: CommandContext, batch: Batch, *steps: str) -> None:
    before = {step: getattr(batch, step) for step in steps}
    reasons = rules.separation_refusals(call.actor.subject, before)
    refuse("same-person", "生成、复核、审批须由三人分别办理。", reasons, clause="S2.9")


async def _entitled(call: CommandContext, batch: Batch) -> None:
    """Refuse while a line's household has lost its entitlement for the month."""
    gone = await lines.no_longer_entitled(call.session, batch.id)
    if gone:
        raise Refused(
            "no-longer-entitled",
            "批次中有家庭已停发，请作废后重新生成。",
            clause="S1.3",
            reasons=tuple(Reason("no-longer-entitled", f"{n} 已停发。", "", "S1.3") for n in gone),
        )


async def _unchanged(call: CommandContext, batch: Batch) -> None:
    if await lines.digest(call.session, batch.id) != batch.digest:
        raise Conflict("lines-changed", "批次明细与复核时不一致，不能继续办理。", clause="S2.9")


@cites("S2.9")
async def check(call: CommandContext, batch_id: UUID, explanation: str | None) -> Batch:
    """A second officer looks at the lines; what is odd is explained in writing or not passed."""
    batch = await _locked(call, batch_id, "check")
    _separate(call, batch, "made_by")
    await _entitled(call, batch)
    odd = await lines.same_account(call.session, batch.id)
    if odd and not explanation:
        reasons = [
            Reason(
                "same-account", f"{'、'.join(group[:10])} 付往同一账户。", "/explanation", "S2.9"
            )
            for group in odd
        ]
        raise Refused(
            "exceptions-open",
            "批次有异常，请核实并写明情况，或作废后更正。",
            clause="S2.9",
            reasons=tuple(reasons),
        )
    batch.checked_by, batch.explanation = call.actor.subject, explanation or ""
    batch.digest = await lines.digest(call.session, batch.id)
    return await step(call, batch, "check")


async def approve(call: CommandContext, batch_id: UUID) -> Batch:
    """Finance approves what was checked, as a third person."""
    batch = await _locked(call, batch_id, "approve")
    _separate(call, batch, "made_by", "checked_by")
    await _entitled(call, batch)
    await _unchanged(call, batch)
    batch.approved_by = call.actor.subject
    return await step(call, batch, "approve")


async def dispatch(call: CommandContext, batch_id: UUID) -> Batch:
    """Finance sends the batch to the bank; from here on only the bank's return moves its lines."""
    batch = await _locked(call, batch_id, "dispatch")
    _separate(call, batch, "made_by", "checked_by")
    await _entitled(call, batch)
    await _unchanged(call, batch)
    batch.sent_by = call.actor.subject
    return await step(call, batch, "dispatch")


async def close(call: CommandContext, batch_id: UUID) -> Batch:
    """Close a batch whose every line has come to its end."""
    batch = await _locked(call, batch_id, "close")
    unsent = select(func.count()).where(Batch.origin_id == batch.id, Batch.state.in_(UNSENT))
    reissues = int(await call.session.scalar(unsent) or 0)
    reasons = rules.closing_refusals(await lines.sums(call.session, batch), reissues)
    refuse("not-finished", "批次还不能关闭。", reasons, clause="S2.9")
    return await step(call, batch, "close")


async def void(call: CommandContext, batch_id: UUID, reason: str) -> Batch:
    """Give up a batch that was not sent; its month can then be made again."""
    batch = await _locked(call, batch_id, "void")
    if batch.kind == BatchKind.REGULAR:
        await lines.cancel_lines(call, batch.id)
    else:
        await _give_back(call, batch)
    return await step(call, batch, "void", reason=reason)


async def _give_back(call: CommandContext, batch: Batch) -> None:
    """Cancel the lines of a reissue; what they replaced has failed again."""
    query = select(Payment).where(Payment.batch_id == batch.id).order_by(Payment.id)
    fresh = list(await call.session.scalars(query.with_for_update()))
    ids = [payment.replaces for payment in fresh]
    query = select(Payment).where(among(Payment.id, ids)).order_by(Payment.id)
    old = list(await call.session.scalars(query.with_for_update()))
    for rows, action, state in (
        (fresh, "cancel", PaymentState.CANCELLED),
        (old, "restore", PaymentState.FAILED),
    ):
        told = [payment_moved(call, payment, state) for payment in rows]
        await move_all(call, PAYMENT, rows, action, told)
