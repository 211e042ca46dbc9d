"""Failed payments go out again under new numbers, in a batch of their own."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update

from services.subsidy.batch.generation import create_batch, numbered_batch
from services.subsidy.batch.models import Batch
from services.subsidy.batch.queries import one
from services.subsidy.batch.schemas import ReissueItem
from services.subsidy.batch.states import BatchKind, BatchState
from services.subsidy.grant.models import HOLDER, Account, Grant, new_account
from services.subsidy.grant.rules import Agreement, agreement_refusals
from services.subsidy.payment.commands import payment_event
from services.subsidy.payment.models import Payment
from services.subsidy.payment.states import PAYMENT, PaymentState
from shared.commands.changes import create_all, load_all, move_all
from shared.commands.context import CommandContext
from shared.contracts.subsidy import PaymentReissued
from shared.db.model import among, new_id
from shared.db.records import record
from shared.domain.problems import Conflict, Reason, refuse
from shared.law.citing import cites


@cites("S2.9")
async def reissue(call: CommandContext, batch_id: UUID, items: Sequence[ReissueItem]) -> Batch:
    """A fresh batch with these failed payments and their corrected accounts. A run: many lines."""
    origin = await one(call, batch_id)
    if origin.state not in (BatchState.SENT, BatchState.RECONCILED):
        raise Conflict(
            "wrong-state",
            "只有已送达银行、尚未关闭的批次可以补发。",
            clause="S2.9",
            state=origin.state,
        )
    failed = await load_all(call, Payment, items)
    grants = await _grants(call, failed)
    _refuse(items, failed, origin, grants)
    told = [payment_event(call, payment, PaymentState.REPLACED) for payment in failed]
    move_all(call, PAYMENT, failed, "reissue", told)
    accounts = await _correct(call, items, failed)
    batch = await numbered_batch(call, origin.region, origin.month, BatchKind.REISSUE, origin.id)
    fresh = [
        record(
            Payment,
            id=new_id(),
            region=old.region,
            number=f"{batch.number}-{n:06d}",
            batch_id=batch.id,
            grant_id=old.grant_id,
            household_key=old.household_key,
            month=old.month,
            amount_fen=old.amount_fen,
            amount_id=old.amount_id,
            account_id=account.id,
            failure_code="",
            replaces=old.id,
        )
        for n, (old, account) in enumerate(zip(failed, accounts, strict=True), start=1)
    ]
    events = [
        PaymentReissued(
            region=new.region,
            on=call.today,
            payment_id=new.id,
            grant_id=new.grant_id,
            batch_id=batch.id,
            month=new.month,
            amount_fen=new.amount_fen,
            replaces=old.id,
        )
        for new, old in zip(fresh, failed, strict=True)
    ]
    create_all(call, PAYMENT, fresh, events, action="reissue")
    create_batch(call, batch, len(fresh), sum(payment.amount_fen for payment in fresh))
    return batch


async def _grants(call: CommandContext, payments: Sequence[Payment]) -> dict[UUID, Grant]:
    """The grants of these payments, locked: none is stopped before the reissue is written."""
    wanted = select(Grant).where(among(Grant.id, [payment.grant_id for payment in payments]))
    return {grant.id: grant for grant in await call.locked(wanted.order_by(Grant.id))}


def _refuse(
    items: Sequence[ReissueItem],
    payments: Sequence[Payment],
    origin: Batch,
    grants: dict[UUID, Grant],
) -> None:
    reasons: list[Reason] = []
    for n, (item, payment) in enumerate(zip(items, payments, strict=True)):
        pointer = f"/items/{n}"
        if payment.batch_id != origin.id:
            reasons.append(Reason("other-batch", "这笔支付不属于本批次。", f"{pointer}/id", "S2.9"))
        stop = grants[payment.grant_id].stop_month
        if stop is not None and stop <= payment.month:
            reasons.append(
                Reason("no-longer-entitled", "该家庭该月已停发。", f"{pointer}/id", "S1.3")
            )
        reasons += agreement_refusals(Agreement(item.account_no, None, False), pointer)
    refuse("reissues-refused", "有支付不能补发。", reasons, clause="S2.9")


async def _correct(
    call: CommandContext, items: Sequence[ReissueItem], payments: Sequence[Payment]
) -> list[Account]:
    """New current accounts of these households, in the order of the items."""
    ids = [payment.grant_id for payment in payments]
    former = (
        update(Account)
        .where(among(Account.grant_id, ids), Account.current)
        .values(current=False)
        .returning(Account.grant_id, Account.id, Account.holder_sealed)
    )
    known = {one.grant_id: one for one in await call.session.execute(former)}
    fresh = []
    for item, payment in zip(items, payments, strict=True):
        old = known[payment.grant_id]
        holder = item.account_name or HOLDER.open(old.id, old.holder_sealed)
        corrected = new_account(payment.grant_id, payment.region, item.account_no, holder, call.now)
        call.writes.add(corrected)
        fresh.append(corrected)
    return fresh
