"""Reading programmes and the public order of signing."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.expropriation.contract.models import Contract
from services.expropriation.programme.models import Programme
from services.expropriation.programme.schemas import (
    PlaceOut,
    ProgrammeDetail,
    ProgrammeOut,
    TierOut,
)
from services.expropriation.programme.states import PROGRAMME
from shared.commands.context import CommandContext
from shared.commands.shown import head
from shared.db.scope import within
from shared.domain.problems import NotFound
from shared.http.paging import Page, PageOut, page
from shared.law.citing import cites


def _shown(call: CommandContext, row: Programme) -> dict[str, Any]:
    return {
        **head(call, PROGRAMME, row),
        "programme_no": row.programme_no,
        "project_id": row.project_id,
        "project_no": row.project_no,
        "households": row.households,
        "created_on": row.created_on,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "signed": row.last_signing_no,
        "moved": row.last_moving_no,
    }


async def list_programmes(
    call: CommandContext, state: str | None, region: str | None, paging: Page
) -> PageOut[ProgrammeOut]:
    """Programmes in the caller's reach, by office, oldest first."""
    statement = select(Programme)
    if state is not None:
        statement = statement.where(Programme.state == state)

    def make(row: Programme) -> ProgrammeOut:
        return ProgrammeOut(**_shown(call, row))

    return await page(
        call, statement, Programme.region, Programme.id,
        scope=Programme.region, only=region, paging=paging, make=make,
    )  # fmt: skip


async def find_programme(call: CommandContext, id: UUID) -> Programme:
    """The programme, or 404 when it is not in the caller's reach."""
    statement = within(select(Programme), call, Programme.region).where(Programme.id == id)
    row = (await call.session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise NotFound("not-found", "没有找到这个征收项目，或者它不在您的辖区。")
    return row


async def show_programme(call: CommandContext, id: UUID) -> ProgrammeDetail:
    """One programme with its published terms."""
    row = await find_programme(call, id)
    return ProgrammeDetail(
        **_shown(call, row),
        tiers=[TierOut.of(tier) for tier in row.ladder],
        unit_price_yuan=row.unit_price_fen,
        moving_fee_yuan=row.moving_fee_fen,
        transition_fee_yuan=row.transition_fee_fen,
        transition_months=row.transition_months,
        pay_within_days=row.pay_within_days,
        funds_confirmed_doc=row.funds_confirmed_doc,
    )


@cites("S8.7")
async def signing_order(
    call: CommandContext, id: UUID, mode: str | None, paging: Page
) -> PageOut[PlaceOut]:
    """Who signed when, in the server's order: resettlement homes are chosen by it."""
    programme = await find_programme(call, id)
    statement = select(Contract).where(
        Contract.programme_id == programme.id, Contract.signing_no.is_not(None)
    )
    if mode is not None:
        statement = statement.where(Contract.mode == mode)

    def make(row: Contract) -> PlaceOut:
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

    return await page(
        call, statement, Contract.signing_no, scope=Contract.region, paging=paging, make=make
    )
