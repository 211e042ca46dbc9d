"""Counting what was paid in a year, unit by unit."""

from collections import Counter

from sqlalchemy import distinct, func, select

from services.subsidy.grant.models import Grant
from services.subsidy.grant.states import GrantState
from services.subsidy.payment.models import Payment
from services.subsidy.payment.states import PaymentState
from services.subsidy.progress.rules import days_left, task_due_on
from services.subsidy.progress.schemas import ProgressList, ProgressOut
from shared.commands.context import CommandContext
from shared.db.scope import within
from shared.domain.regions import UNITS, name_of, unit_of
from shared.law.citing import cites

WAITING = (GrantState.REQUESTED, GrantState.CALCULATED)
NEVER_REFUSED = ("minimum", "low")
"""Tiers whose households are all served when they apply (S2.5)."""


@cites("S2.9", "S2.12", "S2.5")
async def progress(call: CommandContext, year: int) -> ProgressList:
    """What every unit in reach has paid for the months of `year`, and whom it has not served."""
    paid = await _paid(call, year)
    signed = await _grants(call, (GrantState.SIGNED,), ())
    unserved = await _grants(call, WAITING, NEVER_REFUSED)
    items = [
        ProgressOut(
            unit=unit,
            unit_name=name_of(unit),
            signed=signed[unit],
            unserved=unserved[unit],
            households_paid=paid["households"][unit],
            payments=paid["payments"][unit],
            paid_yuan=paid["fen"][unit],
        )
        for unit in UNITS
        if call.actor.reach.contains(unit)
    ]
    return ProgressList(
        year=year, due_on=task_due_on(year), days_left=days_left(year, call.today), items=items
    )


async def _paid(call: CommandContext, year: int) -> dict[str, Counter[str]]:
    """Households, payments and fen by unit. A household is counted once a year, by its grant."""
    query = within(
        select(
            Payment.region,
            func.count(distinct(Payment.grant_id)),
            func.count(),
            func.sum(Payment.amount_fen),
        ),
        call,
        Payment.region,
    ).where(
        Payment.state == PaymentState.PAID,
        Payment.month.between(f"{year}-01", f"{year}-12"),
    )
    found: dict[str, Counter[str]] = {k: Counter() for k in ("households", "payments", "fen")}
    for region, households, payments, fen in await call.session.execute(
        query.group_by(Payment.region)
    ):
        unit = unit_of(region, call.today)
        for key, value in (("households", households), ("payments", payments), ("fen", int(fen))):
            found[key][unit] += value
    return found


async def _grants(
    call: CommandContext, states: tuple[str, ...], tiers: tuple[str, ...]
) -> Counter[str]:
    query = within(select(Grant.region, func.count()), call, Grant.region)
    query = query.where(Grant.state.in_(states))
    if tiers:
        query = query.where(Grant.tier.in_(tiers))
    found: Counter[str] = Counter()
    for region, count in await call.session.execute(query.group_by(Grant.region)):
        found[unit_of(region, call.today)] += count
    return found
