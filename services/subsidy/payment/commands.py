"""What happens to single payments."""

from uuid import UUID

from services.subsidy.payment.models import Payment
from services.subsidy.payment.states import PAYMENT
from shared.commands.changes import load, move
from shared.commands.context import CommandContext
from shared.contracts.subsidy import PaymentStateChanged


def payment_event(call: CommandContext, payment: Payment, state: str) -> PaymentStateChanged:
    """The event of a payment that comes into `state` without money going out."""
    return PaymentStateChanged(
        region=payment.region,
        on=call.today,
        payment_id=payment.id,
        grant_id=payment.grant_id,
        batch_id=payment.batch_id,
        month=payment.month,
        amount_fen=payment.amount_fen,
        state=state,
    )


async def write_off(call: CommandContext, payment_id: UUID, reason: str) -> Payment:
    """Give up a failed payment by a written decision, so that its batch can be closed."""
    payment = await load(call, Payment, payment_id)
    target = PAYMENT.after(payment.state, "write-off")
    told = payment_event(call, payment, target)
    move(call, PAYMENT, payment, "write-off", told, reason=reason)
    return payment
