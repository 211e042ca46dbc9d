"""Reading programmes."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.expropriation.programme.models import Programme
from services.expropriation.programme.schemas import (
    ProgrammeDetail,
    ProgrammeOut,
    TierOut,
)
from services.expropriation.programme.states import PROGRAMME
from shared.commands.context import CommandContext
from shared.commands.reads import find
from shared.commands.views import head
from shared.http.paging import Listing, Page, PageOut, page


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


PROGRAMMES = Listing(
    select(Programme),
    Programme.region,
    Programme.id,
    scope=Programme.region,
    state=Programme.state,
)


async def list_programmes(
    call: CommandContext, state: str | None, region: str | None, paging: Page
) -> PageOut[ProgrammeOut]:
    """Programmes in the caller's reach, by office, oldest first."""
    return await page(
        call,
        PROGRAMMES,
        paging=paging,
        make=lambda row: ProgrammeOut(**_shown(call, row)),
        only=region,
        state=state,
    )


async def find_programme(call: CommandContext, id: UUID) -> Programme:
    """The programme, or 404 when it is not in the caller's reach."""
    return await find(call, Programme, id, "没有找到这个征收项目，或者它不在您的辖区。")


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
