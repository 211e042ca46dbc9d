"""Reading payments."""

from uuid import UUID

from sqlalchemy import select

from services.subsidy.payment.models import Payment
from services.subsidy.payment.schemas import PaymentOut
from services.subsidy.payment.states import FAILURES, MACHINE, PaymentState
from shared.commands.context import CommandContext
from shared.commands.shown import head
from shared.db.scope import within
from shared.domain.problems import NotFound
from shared.http.paging import Page, PageOut, page


def show(call: CommandContext, payment: Payment) -> PaymentOut:
    """A payment as its reader sees it."""
    return PaymentOut(
        **head(call, MACHINE, payment),
        number=payment.number,
        batch_id=payment.batch_id,
        grant_id=payment.grant_id,
        month=payment.month,
        amount_yuan=payment.amount_fen,
        failure_code=payment.failure_code,
        failure_label=FAILURES.get(payment.failure_code, ""),
        settled_on=payment.settled_on,
        replaces=payment.replaces,
    )


async def one(call: CommandContext, payment_id: UUID) -> PaymentOut:
    """A payment. 404 outside the reach."""
    query = within(select(Payment), call, Payment.region).where(Payment.id == payment_id)
    payment = (await call.session.execute(query)).scalar_one_or_none()
    if payment is None:
        raise NotFound("not-found", "没有找到这笔支付，或者它不在您的辖区。")
    return show(call, payment)


async def list_payments(
    call: CommandContext,
    state: PaymentState | None,
    month: str | None,
    batch_id: UUID | None,
    grant_id: UUID | None,
    paging: Page,
) -> PageOut[PaymentOut]:
    """Payments in the caller's reach, by office, oldest first; those of one batch by number."""
    query = select(Payment)
    if state is not None:
        query = query.where(Payment.state == state)
    if month is not None:
        query = query.where(Payment.month == month)
    if batch_id is not None:
        query = query.where(Payment.batch_id == batch_id)
    if grant_id is not None:
        query = query.where(Payment.grant_id == grant_id)
    keys = (Payment.region, Payment.id) if batch_id is None else (Payment.number,)
    return await page(
        call, query, *keys, scope=Payment.region,
        paging=paging, make=lambda row: show(call, row),
    )  # fmt: skip
