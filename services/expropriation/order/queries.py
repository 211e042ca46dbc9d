"""Reading the public order of signing."""

from uuid import UUID

from sqlalchemy import bindparam, select

from services.expropriation.contract.models import Contract
from services.expropriation.order.schemas import PlaceOut
from services.expropriation.programme.queries import find_programme
from shared.commands.context import CommandContext
from shared.http.paging import Listing, Page, PageOut, page
from shared.law.citing import cites

PLACES = Listing(
    select(Contract).where(
        Contract.programme_id == bindparam("programme"), Contract.signing_no.is_not(None)
    ),
    Contract.signing_no,
    scope=Contract.region,
    mode=Contract.mode,
)


@cites("S8.7")
async def signing_order(
    call: CommandContext, id: UUID, mode: str | None, paging: Page
) -> PageOut[PlaceOut]:
    """Who signed when, in the server's order: resettlement homes are chosen by it."""
    programme = await find_programme(call, id)
    return await page(call, PLACES, paging=paging, make=_place, programme=programme.id, mode=mode)


def _place(row: Contract) -> PlaceOut:
    assert row.signing_no is not None
    assert row.signed_on is not None
    assert row.reward_fen is not None
    return PlaceOut(
        contract_id=row.id,
        signing_no=row.signing_no,
        property_no=row.property_no,
        mode=row.mode,
        area_sqm=row.area_sqm,
        signed_on=row.signed_on,
        reward_yuan=row.reward_fen,
        moving_no=row.moving_no,
        moved_on=row.moved_on,
    )
