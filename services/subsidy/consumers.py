"""What the subsidy service does with events of other services."""

from collections.abc import Sequence

from sqlalchemy import select

from services.subsidy.grant.models import Grant
from services.subsidy.grant.pricing import open_grants
from shared.commands.context import CommandContext
from shared.commands.spec import Subscription
from shared.contracts.applications import ApplicationApproved
from shared.contracts.received_event import ReceivedEvent
from shared.db.model import among, new_id
from shared.db.records import record
from shared.domain.regions import successor
from shared.law.citing import cites


@cites("S1.3", "S2.5")
async def open_approved(call: CommandContext, received: Sequence[ReceivedEvent]) -> None:
    """A grant for every household approved for subsidy; the same application opens one grant."""
    approved: dict[object, ApplicationApproved] = {}
    for one in received:
        if isinstance(one.event, ApplicationApproved) and one.event.mode == "subsidy":
            approved.setdefault(one.event.application_id, one.event)
    known = select(Grant.application_id).where(among(Grant.application_id, list(approved)))
    for application_id in await call.session.scalars(known):
        del approved[application_id]
    grants = [
        record(
            Grant,
            id=new_id(),
            region=successor(event.region, event.on),
            application_id=event.application_id,
            household_key=event.household_key,
            categories=list(event.categories),
            tier=event.tier,
            household_size=event.household_size,
            own_area_sqm=event.own_area_sqm,
            approved_on=event.on,
            hold="",
            monthly_fen=0,
            amounts=0,
        )
        for event in approved.values()
    ]
    if grants:
        await open_grants(call, grants)


SUBSCRIPTIONS = (Subscription((ApplicationApproved,), open_approved),)
