"""The lines of a batch as sets: making them, summing them up, looking for what is wrong."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import (
    Date,
    DateTime,
    Integer,
    String,
    Uuid,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.subsidy.batch.models import Batch
from services.subsidy.batch.rules import Sums
from services.subsidy.grant.models import Account, Grant, GrantAmount
from services.subsidy.grant.states import GrantState
from services.subsidy.payment.models import IS_EFFECTIVE, Payment
from services.subsidy.payment.states import PaymentState
from shared.commands.context import CommandContext
from shared.law.citing import cites

SHOWN = 100


@cites("J281", "S2.9")
async def make_lines(call: CommandContext, batch: Batch, regions: Sequence[str]) -> None:
    """One line for every grant payable in the month that has no effective payment yet.

    The amount is that of the month; the account is the current one.
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
            Grant.region.in_(regions),
            Grant.state.in_([GrantState.SIGNED, GrantState.STOPPED]),
            Grant.first_month <= batch.month,
            or_(Grant.stop_month.is_(None), Grant.stop_month > batch.month),
            ~paid.exists(),
        )
    )
    columns = [
        "id", "region", "state", "version", "created_on", "updated_at", "number", "batch_id",
        "grant_id", "household_key", "month", "amount_fen", "amount_id", "account_id",
    ]  # fmt: skip
    await call.session.execute(
        insert(Payment)
        .from_select(columns, rows)
        .on_conflict_do_nothing(index_elements=["household_key", "month"], index_where=IS_EFFECTIVE)
    )


async def sums(session: AsyncSession, batch: Batch) -> Sums:
    """The batch's lines and fen by the state of its payments."""
    query = select(Payment.state, func.count(), func.sum(Payment.amount_fen))
    query = query.where(Payment.batch_id == batch.id).group_by(Payment.state)
    found = {state: (count, int(fen)) for state, count, fen in await session.execute(query)}
    return Sums(batch.lines, batch.total_fen, found)


async def digest(session: AsyncSession, batch_id: UUID) -> str:
    """SHA-256 over number, grant, month, fen and account of every line, in order of number."""
    line = func.concat_ws(
        "|", Payment.number, Payment.grant_id, Payment.month, Payment.amount_fen, Payment.account_id
    )
    everything = func.string_agg(line, aggregate_order_by(literal("\n"), Payment.number))
    hashed = func.encode(func.sha256(func.convert_to(everything, "UTF8")), "hex")
    return str(await session.scalar(select(hashed).where(Payment.batch_id == batch_id)))


async def off_standard(session: AsyncSession, batch_id: UUID, standard_id: UUID | None) -> int:
    """How many lines were worked out by another standard than the one of their month."""
    query = select(func.count()).select_from(Payment)
    query = query.join(GrantAmount, GrantAmount.id == Payment.amount_id)
    query = query.where(
        Payment.batch_id == batch_id, GrantAmount.standard_id.is_distinct_from(standard_id)
    )
    return int(await session.scalar(query) or 0)


async def no_longer_entitled(session: AsyncSession, batch_id: UUID) -> list[str]:
    """Numbers of lines whose grant was stopped since for their month."""
    query = select(Payment.number).join(Grant, Grant.id == Payment.grant_id)
    query = query.where(
        Payment.batch_id == batch_id,
        Payment.state == PaymentState.PENDING,
        Grant.stop_month <= Payment.month,
    )
    return list(await session.scalars(query.order_by(Payment.number).limit(SHOWN)))


async def same_account(session: AsyncSession, batch_id: UUID) -> list[list[str]]:
    """Groups of lines that go to one account."""
    numbers = func.array_agg(aggregate_order_by(Payment.number, Payment.number))
    query = select(numbers).join(Account, Account.id == Payment.account_id)
    query = query.where(Payment.batch_id == batch_id).group_by(Account.number_index)
    query = query.having(func.count() > 1).order_by(func.min(Payment.number)).limit(SHOWN)
    return [list(group) for group in await session.scalars(query)]


async def cancel_lines(call: CommandContext, batch_id: UUID) -> None:
    """Cancel the lines of a regular batch. They told nothing yet; the batch's event tells."""
    await call.session.execute(
        update(Payment)
        .where(Payment.batch_id == batch_id, Payment.state == PaymentState.PENDING)
        .values(state=PaymentState.CANCELLED, updated_at=call.now)
        .execution_options(synchronize_session=False)
    )
