"""The steps of a batch after its making: check, approval, dispatch, closing, or its end before."""

from uuid import UUID

from sqlalchemy import any_, bindparam, select

from services.subsidy.batch import lines, rules
from services.subsidy.batch.models import Batch
from services.subsidy.batch.states import BATCH, UNSENT, BatchKind
from services.subsidy.payment.commands import payment_event
from services.subsidy.payment.models import Payment
from services.subsidy.payment.states import PAYMENT, UNFINISHED, PaymentState
from shared.commands.changes import load, move, move_all, target_state
from shared.commands.context import CommandContext
from shared.contracts.subsidy import BatchStateChanged
from shared.db.model import among
from shared.db.statement import Statement
from shared.domain.problems import Conflict, Reason, Refused, refuse
from shared.law.citing import cites


async def _loaded(call: CommandContext, batch_id: UUID, action: str) -> Batch:
    """The batch that is to change, in a state that allows the action."""
    batch = await load(call, Batch, batch_id)
    target_state(call, BATCH, batch, action)
    return batch


def step(call: CommandContext, batch: Batch, action: str, *, reason: str = "") -> Batch:
    """Carry out an action and tell of the state that it leads to."""
    told = BatchStateChanged(
        region=batch.region,
        on=call.today,
        batch_id=batch.id,
        month=batch.month,
        state=BATCH.after(batch.state, action),
        lines=batch.lines,
        total_fen=batch.total_fen,
    )
    move(call, BATCH, batch, action, told, reason=reason)
    return batch


def _separate(call: CommandContext, batch: Batch, *steps: str) -> None:
    before = {step: getattr(batch, step) for step in steps}
    reasons = rules.separation_refusals(call.actor.subject, before)
    refuse("same-person", "生成、复核、审批须由三人分别办理。", reasons, clause="S2.9")


async def _entitled(call: CommandContext, batch: Batch) -> None:
    """Refuse while a line's household has lost its entitlement for the month.

    Asked again as the step is written. Whoever is stopped after that is stopped after the step.
    """
    gone = [one.number for one in await call.read(lines.STOPPED, batch=batch.id)]
    if gone:
        raise Refused(
            "no-longer-entitled",
            "批次中有家庭已停发，请作废后重新生成。",
            clause="S1.3",
            reasons=tuple(Reason("no-longer-entitled", f"{n} 已停发。", "", "S1.3") for n in gone),
        )
    call.writes.unless(lines.STOPPED, batch=batch.id)


async def _unchanged(call: CommandContext, batch: Batch) -> None:
    """Refuse other lines than the checked ones: only the end of the batch may change its lines."""
    if await lines.digest(call, batch.id) != batch.digest:
        raise Conflict("lines-changed", "批次明细与复核时不一致，不能继续办理。", clause="S2.9")


@cites("S2.9")
async def check(call: CommandContext, batch_id: UUID, explanation: str | None) -> Batch:
    """A second officer looks at the lines; what is odd is explained in writing or not passed."""
    batch = await _loaded(call, batch_id, "check")
    _separate(call, batch, "made_by")
    await _entitled(call, batch)
    odd = await lines.same_account(call, batch.id)
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
    batch.digest = await lines.digest(call, batch.id)
    return step(call, batch, "check")


async def approve(call: CommandContext, batch_id: UUID) -> Batch:
    """Finance approves what was checked, as a third person."""
    batch = await _loaded(call, batch_id, "approve")
    _separate(call, batch, "made_by", "checked_by")
    await _entitled(call, batch)
    await _unchanged(call, batch)
    batch.approved_by = call.actor.subject
    return step(call, batch, "approve")


async def dispatch(call: CommandContext, batch_id: UUID) -> Batch:
    """Finance sends the batch to the bank; from here on only the bank's return moves its lines."""
    batch = await _loaded(call, batch_id, "dispatch")
    _separate(call, batch, "made_by", "checked_by")
    await _entitled(call, batch)
    await _unchanged(call, batch)
    batch.sent_by = call.actor.subject
    return step(call, batch, "dispatch")


_REISSUES = Statement(
    select(Batch.id).where(
        Batch.origin_id == bindparam("origin"), Batch.state == any_(bindparam("unsent"))
    )
)


async def close(call: CommandContext, batch_id: UUID) -> Batch:
    """Close a batch whose every line has come to its end.

    Open lines and unsent reissues are looked for once more as it is written, in one moment: a
    batch without either never has them again, for a reissue needs a failed line to begin with.
    """
    batch = await _loaded(call, batch_id, "close")
    reissues = {"origin": batch.id, "unsent": list(UNSENT)}
    unsent = len(await call.read(_REISSUES, **reissues))
    made = rules.Sums(batch.lines, batch.total_fen, await lines.sums(call, batch.id))
    refuse("not-finished", "批次还不能关闭。", rules.closing_refusals(made, unsent), clause="S2.9")
    call.writes.unless(_REISSUES, **reissues)
    call.writes.unless(lines.OPEN, batch=batch.id, open_states=list(UNFINISHED))
    return step(call, batch, "close")


async def void(call: CommandContext, batch_id: UUID, reason: str) -> Batch:
    """Give up a batch that was not sent; its month can then be made again. A run: many lines."""
    batch = await _loaded(call, batch_id, "void")
    if batch.kind == BatchKind.REGULAR:
        await lines.cancel_lines(call, batch.id)
    else:
        await _give_back(call, batch)
    return step(call, batch, "void", reason=reason)


async def _give_back(call: CommandContext, batch: Batch) -> None:
    """Cancel the lines of a reissue; what they replaced has failed again."""
    lines_of = select(Payment).where(Payment.batch_id == batch.id)
    fresh = await call.locked(lines_of.order_by(Payment.id))
    replaced = select(Payment).where(among(Payment.id, [payment.replaces for payment in fresh]))
    old = await call.locked(replaced.order_by(Payment.id))
    for rows, action, state in (
        (fresh, "cancel", PaymentState.CANCELLED),
        (old, "restore", PaymentState.FAILED),
    ):
        move_all(call, PAYMENT, rows, action, [payment_event(call, one, state) for one in rows])
