"""Reading contracts; personal data is masked, or shown for a stated purpose and noted."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.expropriation.contract.models import OWNER_ID_NO, OWNER_NAME, PHONE, Contract
from services.expropriation.contract.schemas import (
    ContractDetail,
    ContractOut,
    OwnerOut,
    SignatureOut,
    StepOut,
)
from services.expropriation.contract.states import CONTRACT
from shared.commands import audit
from shared.commands.context import CommandContext
from shared.commands.reads import find
from shared.commands.views import head
from shared.domain.masking import mask_id_internal, mask_name, mask_phone
from shared.http.paging import Listing, Page, PageOut, page
from shared.law.citing import cites


def _shown(call: CommandContext, row: Contract) -> dict[str, Any]:
    return {
        **head(call, CONTRACT, row),
        "programme_id": row.programme_id,
        "project_id": row.project_id,
        "property_no": row.property_no,
        "owner_name": mask_name(OWNER_NAME.open(row.id, row.owner_name)),
        "area_sqm": row.area_sqm,
        "mode": row.mode,
        "created_on": row.created_on,
        "compensation_yuan": row.compensation_fen,
        "reward_yuan": row.reward_fen,
        "signing_no": row.signing_no,
        "signed_on": row.signed_on,
        "pay_by": row.pay_by,
        "paid_on": row.paid_on,
        "moving_no": row.moving_no,
        "moved_on": row.moved_on,
    }


CONTRACTS = Listing(
    select(Contract),
    Contract.region,
    Contract.id,
    scope=Contract.region,
    state=Contract.state,
    programme_id=Contract.programme_id,
)


async def list_contracts(
    call: CommandContext,
    state: str | None,
    region: str | None,
    programme_id: UUID | None,
    paging: Page,
) -> PageOut[ContractOut]:
    """Contracts in the caller's reach, by office, in the order of their drafting."""
    return await page(
        call,
        CONTRACTS,
        paging=paging,
        make=lambda row: ContractOut(**_shown(call, row)),
        only=region,
        state=state,
        programme_id=programme_id,
    )


_NOT_FOUND = "没有找到这份补偿协议，或者它不在您的辖区。"


async def show_contract(call: CommandContext, id: UUID) -> ContractDetail:
    """One contract with its calculation, its signature and its payment."""
    row = await find(call, Contract, id, _NOT_FOUND)
    return ContractDetail(
        **_shown(call, row),
        owner_id_no=mask_id_internal(OWNER_ID_NO.open(row.id, row.owner_id_no)),
        phone=mask_phone(PHONE.open(row.id, row.phone)),
        steps=[StepOut.of(step) for step in row.steps],
        signature=None if row.signed_at is None else SignatureOut.model_validate(row),
        paid_yuan=row.paid_fen,
        voucher_no=row.voucher_no,
    )


@cites("PIPL.51")
async def unmask(call: CommandContext, id: UUID, purpose: str) -> OwnerOut:
    """The owner's data in plain, noted in the audit with the purpose."""
    row = await find(call, Contract, id, _NOT_FOUND)
    await audit.unmasked(
        call,
        object_type=CONTRACT.name,
        object_id=row.id,
        region=row.region,
        purpose=purpose,
    )
    return OwnerOut(
        owner_name=OWNER_NAME.open(row.id, row.owner_name),
        owner_id_no=OWNER_ID_NO.open(row.id, row.owner_id_no),
        phone=PHONE.open(row.id, row.phone),
    )
