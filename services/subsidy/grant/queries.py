"""Reading grants."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, select

from services.subsidy.grant.amount import rework
from services.subsidy.grant.models import NUMBER, Account, Grant, GrantAmount
from services.subsidy.grant.schemas import (
    TIER_LABELS,
    AmountOut,
    GrantDetail,
    GrantOut,
    StepOut,
)
from services.subsidy.grant.states import HOLDS, MACHINE, STOPS, GrantState
from services.subsidy.standard.models import Standard
from shared.commands.context import CommandContext
from shared.commands.shown import head
from shared.db.scope import within
from shared.domain.masking import mask_account
from shared.domain.problems import NotFound
from shared.domain.regions import name_of
from shared.http.paging import Page, PageOut, page


def _with_account(*account: Any) -> Select[Any]:
    current = and_(Account.grant_id == Grant.id, Account.current)
    statement: Select[Any] = select(Grant, *account).outerjoin(Account, current)
    return statement


def _fields(call: CommandContext, grant: Any, number: str) -> dict[str, Any]:
    return {
        **head(call, MACHINE, grant),
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


async def one(call: CommandContext, grant_id: UUID) -> tuple[Grant, Account | None]:
    """A grant and its current account. 404 outside the reach."""
    query = within(_with_account(Account), call, Grant.region).where(Grant.id == grant_id)
    row = (await call.session.execute(query)).one_or_none()
    if row is None:
        raise NotFound("not-found", "没有找到这份补贴资格，或者它不在您的辖区。")
    return row[0], row[1]


async def list_grants(
    call: CommandContext,
    state: GrantState | None,
    tier: str | None,
    region: str | None,
    paging: Page,
) -> PageOut[GrantOut]:
    """Grants in the caller's reach, by office, oldest first."""
    query = _with_account(Account.id.label("account_id"), Account.number_sealed)
    if state is not None:
        query = query.where(Grant.state == state)
    if tier is not None:
        query = query.where(Grant.tier == tier)

    def make(row: Any) -> GrantOut:
        number = NUMBER.open(row.account_id, row.number_sealed) if row.account_id else ""
        return GrantOut(**_fields(call, row, number))

    return await page(
        call, query, Grant.region, Grant.id,
        scope=Grant.region, only=region, paging=paging, make=make,
    )  # fmt: skip


async def detail(call: CommandContext, grant_id: UUID) -> GrantDetail:
    """A grant with its amounts, each worked out again from its stored steps."""
    grant, account = await one(call, grant_id)
    query = select(GrantAmount, Standard.document_no).join(
        Standard, Standard.id == GrantAmount.standard_id
    )
    rows = await call.session.execute(
        query.where(GrantAmount.grant_id == grant.id).order_by(GrantAmount.number)
    )
    amounts = [
        AmountOut(
            number=amount.number,
            from_month=amount.from_month,
            monthly_yuan=amount.monthly_fen,
            reworked_yuan=rework(amount.steps).monthly_fen,
            document_no=document_no,
            steps=[StepOut(**step) for step in amount.steps],
        )
        for amount, document_no in rows
    ]
    number = NUMBER.open(account.id, account.number_sealed) if account else ""
    return GrantDetail(
        **_fields(call, grant, number), stop_reason=grant.stop_reason, amounts=amounts
    )
