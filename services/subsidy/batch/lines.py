"""The lines of a batch as sets: making them, summing them up, looking for what is wrong."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Date,
    DateTime,
    Integer,
    String,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert

from services.subsidy.batch.models import Batch
from services.subsidy.grant.models import Account, Grant, GrantAmount
from services.subsidy.grant.states import GrantState
from services.subsidy.payment.models import IS_EFFECTIVE, Payment
from services.subsidy.payment.states import PaymentState
from shared.commands.context import CommandContext
from shared.db.model import among
from shared.db.statement import Statement
from shared.law.citing import cites

SHOWN = 100


@cites("J281", "S2.9")
async def make_lines(call: CommandContext, batch: Batch, regions: Sequence[str]) -> None:
    """One line for every grant payable in the month that has no effective payment yet.

    The amount is that of the month; the account is the current one. The batch itself may be
    written after them.
    """
    amount = (
        select(GrantAmount.id, GrantAmount.monthly_fen)
        .where(GrantAmount.grant_id == Grant.id, GrantAmount.from_month <= batch.month)
        .order_by(GrantAmount.number.desc())
        .limit(1)
        .lateral("amount")
    )
    paid = select(Payment.id).where(
        Payment.household_key == Grant.household_key,
        Payment.month == batch.month,
        IS_EFFECTIVE,
    )
    line = func.row_number().over(order_by=(Grant.region, Grant.id))
    rows = (
        select(
            func.gen_random_uuid(),
            Grant.region,
            literal(PaymentState.PENDING.value, String),
            literal(0, Integer),
            literal(call.today, Date),
            literal(call.now, DateTime(timezone=True)),
            literal(f"{batch.number}-", String).concat(func.lpad(cast(line, String), 6, "0")),
            literal(batch.id, Uuid),
            Grant.id,
            Grant.household_key,
            literal(batch.month, String),
            amount.c.monthly_fen,
            amount.c.id,
            Account.id,
        )
        .select_from(Grant)
        .join(amount, amount.c.monthly_fen > 0)
        .join(Account, and_(Account.grant_id == Grant.id, Account.current))
        .where(
            among(Grant.region, regions),
            among(Grant.state, [GrantState.SIGNED, GrantState.STOPPED]),
            Grant.first_month <= batch.month,
            or_(Grant.stop_month.is_(None), Grant.stop_month > batch.month),
            ~paid.exists(),
        )
    )
    columns = [
        "id",
        "region",
        "state",
        "version",
        "created_on",
        "updated_at",
        "number",
        "batch_id",
        "grant_id",
        "household_key",
        "month",
        "amount_fen",
        "amount_id",
        "account_id",
    ]
    await call.session.execute(
        insert(Payment)
        .from_select(columns, rows)
        .on_conflict_do_nothing(index_elements=["household_key", "month"], index_where=IS_EFFECTIVE)
    )


_IN_BATCH = Payment.batch_id == bindparam("batch")
_BY_STATE: Any = select(
    Payment.state, func.count().label("lines"), func.sum(Payment.amount_fen).label("total_fen")
)
_SUMS = Statement(_BY_STATE.where(_IN_BATCH).group_by(Payment.state))


async def sums(call: CommandContext, batch_id: UUID) -> dict[str, tuple[int, int]]:
    """State -> number and fen of the batch's payments that are in it."""
    found = await call.read(_SUMS, batch=batch_id)
    return {one.state: (one.lines, int(one.total_fen)) for one in found}


OPEN = Statement(
    select(Payment.id).where(_IN_BATCH, Payment.state == any_(bindparam("open_states")))
)
"""Payments of a batch that are in one of these states."""
_LINE = func.concat_ws(
    literal_column("'|'", String),
    Payment.number,
    Payment.grant_id,
    Payment.month,
    Payment.amount_fen,
    Payment.account_id,
)
_EVERYTHING = func.string_agg(
    _LINE, aggregate_order_by(literal_column(r"E'\n'", String), Payment.number)
)
_HASHED = func.sha256(func.convert_to(_EVERYTHING, literal_column("'UTF8'", String)))
_DIGEST = Statement(
    select(func.encode(_HASHED, literal_column("'hex'", String)).label("digest")).where(_IN_BATCH)
)


async def digest(call: CommandContext, batch_id: UUID) -> str:
    """SHA-256 over number, grant, month, fen and account of every line, in order of number."""
    (found,) = await call.read(_DIGEST, batch=batch_id)
    return str(found.digest)


_OFF_STANDARD = Statement(
    select(func.count().label("lines"))
    .select_from(Payment)
    .join(GrantAmount, GrantAmount.id == Payment.amount_id)
    .where(_IN_BATCH, GrantAmount.standard_id.is_distinct_from(bindparam("standard")))
)


async def off_standard(call: CommandContext, batch_id: UUID, standard_id: UUID | None) -> int:
    """How many lines were worked out by another standard than the one of their month."""
    (found,) = await call.read(_OFF_STANDARD, batch=batch_id, standard=standard_id)
    return int(found.lines)


STOPPED = Statement(
    select(Payment.number)
    .join(Grant, Grant.id == Payment.grant_id)
    .where(
        _IN_BATCH, Payment.state == PaymentState.PENDING.value, Grant.stop_month <= Payment.month
    )
    .order_by(Payment.number)
    .limit(SHOWN)
)
"""Numbers of lines whose grant was stopped since for their month."""

_NUMBERS = func.array_agg(aggregate_order_by(Payment.number, Payment.number))
_SAME_ACCOUNT = Statement(
    select(_NUMBERS.label("numbers"))
    .join(Account, Account.id == Payment.account_id)
    .where(_IN_BATCH)
    .group_by(Account.number_index)
    .having(func.count() > 1)
    .order_by(func.min(Payment.number))
    .limit(SHOWN)
)


async def same_account(call: CommandContext, batch_id: UUID) -> list[list[str]]:
    """Groups of lines that go to one account."""
    return [list(one.numbers) for one in await call.read(_SAME_ACCOUNT, batch=batch_id)]


async def cancel_lines(call: CommandContext, batch_id: UUID) -> None:
    """In a run: cancel the lines of a regular batch.

    They told nothing yet; the batch's event tells.
    """
    await call.session.execute(
        update(Payment)
        .where(Payment.batch_id == batch_id, Payment.state == PaymentState.PENDING)
        .values(state=PaymentState.CANCELLED, updated_at=call.now)
        .execution_options(synchronize_session=False)
    )
