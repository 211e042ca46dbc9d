"""What the payment routes take and answer."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.domain.fields import AggregateOut, Input, Sentence, Yuan


class WriteOff(Input):
    """不再发放的决定。"""

    reason: Annotated[Sentence, Field(description="原因", examples=["受益人已去世，无继承账户。"])]


class PaymentOut(AggregateOut):
    """One household's subsidy for one month."""

    number: str
    batch_id: UUID
    grant_id: UUID
    month: str
    amount_yuan: Yuan
    failure_code: str
    failure_label: str
    settled_on: date | None
    replaces: UUID | None
