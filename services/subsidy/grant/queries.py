"""Reading grants."""

from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from services.subsidy.grant.amount import rework
from services.subsidy.grant.models import NUMBER, Account, Grant, GrantAmount
from services.subsidy.grant.schemas import (
    TIER_LABELS,
    AmountOut,
    GrantDetail,
    GrantOut,
    StepOut,
)
from services.subsidy.grant.states import GRANT, HOLDS, STOPS, GrantState
from services.subsidy.standard.models import Standard
from shared.commands.context import CommandContext
from shared.commands.reads import ChildRows, find
from shared.commands.views import head
from shared.domain.masking import mask_account
from shared.domain.regions import name_of
from shared.http.paging import Listing, Page, PageOut, page


def _fields(call: CommandContext, grant: Any, number: str) -> dict[str, Any]:
    return {
        **head(call, GRANT, grant),
        "region_name": name_of(grant.region),
        "application_id": grant.application_id,
        "tier": grant.tier,
        "tier_label": TIER_LABELS[grant.tier],
        "household_size": grant.household_size,
        "own_area_sqm": grant.own_area_sqm,
        "approved_on": grant.approved_on,
        "hold": grant.hold,
        "hold_label": HOLDS.get(grant.hold, ""),
        "monthly_yuan": grant.monthly_fen,
        "rent_yuan": grant.rent_fen,
        "agreement_no": grant.agreement_no,
        "signed_on": grant.signed_on,
        "first_month": grant.first_month,
        "stop_month": grant.stop_month,
        "stop_code": grant.stop_code,
        "stop_label": STOPS.get(grant.stop_code, ""),
        "account": mask_account(number) if number else "",
    }


PARTS = {
    "accounts": ChildRows(Account, "p.grant_id = t.id AND p.current", "p.id"),
    "worked": ChildRows(GrantAmount, "p.grant_id = t.id", "p.number"),
    "documents": ChildRows(
        Standard,
        "p.id IN (SELECT w.standard_id FROM grant_amount w WHERE w.grant_id = t.id)",
        "p.id",
    ),
}
"""With a grant: its current account, if any, its amounts in order, and their standards."""


async def one(call: CommandContext, grant_id: UUID) -> Any:
    """A grant with its parts. 404 outside the reach."""
    detail = "没有找到这份补贴资格，或者它不在您的辖区。"
    return await find(call, Grant, grant_id, detail, PARTS)


_WITH_ACCOUNT: Any = select(Grant, Account.id.label("account_id"), Account.number_sealed)
GRANTS = Listing(
    _WITH_ACCOUNT.outerjoin(Account, and_(Account.grant_id == Grant.id, Account.current)),
    Grant.region,
    Grant.id,
    scope=Grant.region,
    state=Grant.state,
    tier=Grant.tier,
)


async def list_grants(
    call: CommandContext,
    state: GrantState | None,
    tier: str | None,
    region: str | None,
    paging: Page,
) -> PageOut[GrantOut]:
    """Grants in the caller's reach, by office, oldest first."""

    def make(row: Any) -> GrantOut:
        number = NUMBER.open(row.account_id, row.number_sealed) if row.account_id else ""
        return GrantOut(**_fields(call, row, number))

    return await page(call, GRANTS, paging=paging, make=make, only=region, state=state, tier=tier)


def detail(call: CommandContext, grant: Any) -> GrantDetail:
    """A grant and its parts, with its amounts, each worked out again from its stored steps."""
    documents = {standard.id: standard.document_no for standard in grant.documents}
    amounts = [
        AmountOut(
            number=amount.number,
            from_month=amount.from_month,
            monthly_yuan=amount.monthly_fen,
            reworked_yuan=rework(amount.steps).monthly_fen,
            document_no=documents[amount.standard_id],
            steps=[StepOut(**step) for step in amount.steps],
        )
        for amount in grant.worked
    ]
    numbers = [NUMBER.open(account.id, account.number_sealed) for account in grant.accounts]
    return GrantDetail(
        **_fields(call, grant, "".join(numbers)), stop_reason=grant.stop_reason, amounts=amounts
    )
