"""What grants are worth: calculating those that wait, adjusting those under an older standard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from services.subsidy.grant.amount import CalculatedAmount, HouseholdFacts, Terms, monthly_amount
from services.subsidy.grant.models import Grant, GrantAmount
from services.subsidy.grant.rules import hold
from services.subsidy.grant.states import GRANT, LIVE, GrantState
from services.subsidy.standard.models import Standard
from services.subsidy.standard.queries import Standards, all_standards, in_force
from shared.commands.changes import create_all, move_all
from shared.commands.context import CommandContext
from shared.contracts.base import Event
from shared.contracts.subsidy import GrantAdjusted, GrantHeld, GrantOpened
from shared.db.model import among
from shared.db.records import record
from shared.domain.regions import regions_of, unit_of
from shared.law.calendar import month_bounds, month_of
from shared.law.citing import cites

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class PricedStandard:
    """A standard that applies to a grant, from which month, and what comes of it."""

    standard: Standard
    from_month: str
    worked: CalculatedAmount


def terms_of(standard: Standard) -> Terms:
    """The standard as the formula takes it."""
    return Terms(
        document_no=standard.document_no,
        per_capita_sqm=standard.per_capita_sqm,
        household_cap_sqm=standard.household_cap_sqm,
        unit_price_fen=standard.unit_price_fen,
        coefficients={tier: Decimal(value) for tier, value in standard.coefficients.items()},
        counted_persons={int(s): Decimal(value) for s, value in standard.counted_persons.items()},
        cap_at_rent=standard.cap_at_rent,
        floor_fen=standard.floor_fen,
    )


def price_under(grant: Grant, standard: Standard) -> PricedStandard:
    """The grant under a standard: from its month on, but not before the month of approval."""
    home = HouseholdFacts(grant.household_size, grant.own_area_sqm, grant.tier, grant.rent_fen)
    month = max(month_of(grant.approved_on), month_of(standard.effective_from))
    return PricedStandard(standard, month, monthly_amount(home, terms_of(standard)))


def _price(grant: Grant, standards: Sequence[Standard], today: date) -> PricedStandard | None:
    """By the standard it has, else that of the month of approval, else the first one after."""
    first = month_bounds(month_of(grant.approved_on))[0]
    found = (
        next((s for s in standards if s.id == grant.standard_id), None)
        or in_force(standards, first)
        or next((s for s in standards if s.effective_from <= today), None)
    )
    return price_under(grant, found) if found else None


def next_amount(grant: Grant, priced: PricedStandard) -> GrantAmount:
    """Set the grant's newest amount; answers its row, to be written with the grant."""
    grant.amounts += 1
    grant.standard_id, grant.monthly_fen = priced.standard.id, priced.worked.monthly_fen
    return record(
        GrantAmount,
        grant_id=grant.id,
        number=grant.amounts,
        from_month=priced.from_month,
        monthly_fen=priced.worked.monthly_fen,
        standard_id=priced.standard.id,
        steps=priced.worked.steps,
    )


def _hold_or_price(
    call: CommandContext, grants: Sequence[Grant], standards: Standards, taken: set[str]
) -> list[PricedStandard | None]:
    """Set each grant's hold; its price where it has one. `taken`: households with a live grant."""
    prices: list[PricedStandard | None] = []
    for grant in grants:
        priced = _price(grant, standards.get(unit_of(grant.region, call.today), ()), call.today)
        grant.hold = hold(
            has_other=grant.household_key in taken,
            has_standard=priced is not None,
            monthly_fen=priced.worked.monthly_fen if priced else 0,
        )
        if not grant.hold:
            taken.add(grant.household_key)
        prices.append(priced if grant.hold in ("", "no-amount") else None)
    return prices


def _event(call: CommandContext, grant: Grant) -> Event:
    if grant.hold:
        return GrantHeld(
            region=grant.region,
            on=call.today,
            grant_id=grant.id,
            application_id=grant.application_id,
            reason_code=grant.hold,
        )
    return GrantOpened(
        region=grant.region,
        on=call.today,
        grant_id=grant.id,
        application_id=grant.application_id,
        monthly_fen=grant.monthly_fen,
    )


async def _households_with_grant(call: CommandContext, grants: Sequence[Grant]) -> set[str]:
    keys = {grant.household_key for grant in grants}
    live = select(Grant.household_key).where(
        Grant.state.in_(LIVE), among(Grant.household_key, keys)
    )
    return set(await call.session.scalars(live))


@cites("S2.5", "S1.3")
async def open_grants(call: CommandContext, grants: Sequence[Grant]) -> None:
    """Keep new grants: calculated where that is possible, else waiting with the reason."""
    standards = await all_standards(call)
    taken = await _households_with_grant(call, grants)
    prices = _hold_or_price(call, grants, standards, taken)
    for grant, priced in zip(grants, prices, strict=True):
        grant.state = GrantState.REQUESTED if grant.hold else GrantState.CALCULATED
        if priced:
            call.writes.add(next_amount(grant, priced))
    create_all(call, GRANT, grants, [_event(call, grant) for grant in grants], action="open")


def _resolvable(standards: Standards, today: date) -> ColumnElement[bool]:
    """Waiting grants whose reason may be gone."""
    units = [unit for unit, known in standards.items() if known[0].effective_from <= today]
    regions = [region for unit in units for region in regions_of(unit, today)]
    other = aliased(Grant)
    holder = select(other.id).where(
        other.household_key == Grant.household_key, other.state.in_(LIVE)
    )
    return or_(
        and_(Grant.hold == "no-standard", Grant.region.in_(regions)),
        and_(Grant.hold == "household-has-grant", ~holder.exists()),
    )


@cites("S2.5")
async def calculate_waiting(call: CommandContext) -> int:
    """Daily job: calculate grants whose reason to wait is gone; answers how many moved."""
    standards = await all_standards(call)
    query = select(Grant).where(
        Grant.state == GrantState.REQUESTED, _resolvable(standards, call.today)
    )
    grants = await call.locked(query.order_by(Grant.approved_on, Grant.id).limit(CHUNK))
    if not grants:
        return 0
    before = [grant.hold for grant in grants]
    taken = await _households_with_grant(call, grants)
    prices = _hold_or_price(call, grants, standards, taken)
    moved = [
        (grant, priced)
        for grant, priced, was in zip(grants, prices, before, strict=True)
        if grant.hold != was
    ]
    for grant, priced in moved:
        if priced:
            call.writes.add(next_amount(grant, priced))
    move_all(
        call,
        GRANT,
        [grant for grant, _ in moved],
        ["hold" if grant.hold else "calculate" for grant, _ in moved],
        [_event(call, grant) for grant, _ in moved],
    )
    return len(moved)


@cites("J281")
async def adjust_grants(call: CommandContext) -> int:
    """Daily job: give grants their amount under the standard that followed theirs.

    One standard after the other, so that no month between them lacks its amount. A grant that
    waits because its amount was nought is calculated when it no longer is.
    """
    standards = await all_standards(call)
    superseded = [
        older.id
        for known in standards.values()
        for older, newer in pairwise(known)
        if newer.effective_from <= call.today
    ]
    query = select(Grant).where(
        among(Grant.state, [GrantState.REQUESTED, *LIVE]), among(Grant.standard_id, superseded)
    )
    grants = await call.locked(query.order_by(Grant.id).limit(CHUNK))
    following: dict[UUID | None, Standard] = {
        older.id: newer for known in standards.values() for older, newer in pairwise(known)
    }
    taken = await _households_with_grant(call, [g for g in grants if g.hold])
    moved: list[tuple[Grant, str, Event]] = []
    for grant in grants:
        priced = price_under(grant, following[grant.standard_id])
        call.writes.add(next_amount(grant, priced))
        call.writes.change(grant)
        if grant.state != GrantState.REQUESTED:
            told = GrantAdjusted(
                region=grant.region,
                on=call.today,
                grant_id=grant.id,
                from_month=priced.from_month,
                monthly_fen=grant.monthly_fen,
            )
            moved.append((grant, "adjust", told))
        elif grant.monthly_fen > 0:
            grant.hold = "household-has-grant" if grant.household_key in taken else ""
            taken.add(grant.household_key)
            moved.append((grant, "hold" if grant.hold else "calculate", _event(call, grant)))
    move_all(call, GRANT, [m[0] for m in moved], [m[1] for m in moved], [m[2] for m in moved])
    return len(grants)
