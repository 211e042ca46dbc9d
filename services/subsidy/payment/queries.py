"""Reading payments."""

from uuid import UUID

from sqlalchemy import select

from services.subsidy.payment.models import Payment
from services.subsidy.payment.schemas import PaymentOut
from services.subsidy.payment.states import FAILURES, PAYMENT, PaymentState
from shared.commands.context import CommandContext
from shared.commands.reads import find
from shared.commands.views import head
from shared.http.paging import Listing, Page, PageOut, page


def show(call: CommandContext, payment: Payment) -> PaymentOut:
    """A payment as its reader sees it."""
    return PaymentOut(
        **head(call, PAYMENT, payment),
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


async def one(call: CommandContext, payment_id: UUID) -> Payment:
    """A payment. 404 outside the reach."""
    return await find(call, Payment, payment_id, "没有找到这笔支付，或者它不在您的辖区。")


PAYMENTS = Listing(
    select(Payment),
    Payment.region,
    Payment.id,
    scope=Payment.region,
    state=Payment.state,
    month=Payment.month,
    grant_id=Payment.grant_id,
)
LINES = Listing(
    select(Payment),
    Payment.number,
    scope=Payment.region,
    state=Payment.state,
    month=Payment.month,
    grant_id=Payment.grant_id,
    batch_id=Payment.batch_id,
)


async def list_payments(
    call: CommandContext,
    state: PaymentState | None,
    month: str | None,
    batch_id: UUID | None,
    grant_id: UUID | None,
    paging: Page,
) -> PageOut[PaymentOut]:
    """Payments in the caller's reach, by office, oldest first; those of one batch by number."""
    return await page(
        call,
        PAYMENTS if batch_id is None else LINES,
        paging=paging,
        make=lambda row: show(call, row),
        state=state,
        month=month,
        grant_id=grant_id,
        batch_id=batch_id,
    )
