"""Signing agreements and stopping grants."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.subsidy.grant import queries, rules
from services.subsidy.grant.models import HOLDER, NUMBER, Grant, new_account
from services.subsidy.grant.pricing import next_amount, price_under
from services.subsidy.grant.schemas import AccountOut, AgreementItem, Stop
from services.subsidy.grant.states import GRANT
from services.subsidy.month.locks import share_units
from services.subsidy.month.queries import last_months
from services.subsidy.standard.models import Standard
from services.subsidy.standard.queries import all_standards
from shared.commands import audit
from shared.commands.changes import load, load_all, move, move_all
from shared.commands.context import CommandContext
from shared.contracts.subsidy import GrantSigned, GrantStopped
from shared.db.model import among
from shared.db.numbering import next_texts
from shared.db.scope import within
from shared.domain.problems import NotFound, Reason, Refused, refuse
from shared.domain.regions import unit_of


async def sign_agreements(call: CommandContext, items: Sequence[AgreementItem]) -> list[Grant]:
    """Sign the agreements of a list of grants: account, first payable month, agreement number.

    A run that shares the units: a batch that is being made at the same moment cannot be seen, and a
    month of it that was promised here would never be paid (see `month.locks`).
    """
    chosen = within(select(Grant.region).distinct(), call, Grant.region)
    regions = await call.session.scalars(chosen.where(among(Grant.id, [item.id for item in items])))
    units = {unit_of(region, call.today) for region in regions}
    await share_units(call.session, units)
    grants = await load_all(call, Grant, items)
    published = await all_standards(call)
    known = {standard.id: standard for group in published.values() for standard in group}
    standards = [known[grant.standard_id] if grant.standard_id else None for grant in grants]
    _refuse(items, standards)
    batched = await last_months(call, units)
    numbers = await next_texts(
        call.session, "BT", "BT", [grant.region for grant in grants], call.today.year
    )
    for grant, item, standard, number in zip(grants, items, standards, numbers, strict=True):
        last = batched.get(unit_of(grant.region, call.today))
        pays_from = standard.pays_from if standard else ""
        grant.first_month = rules.first_month(call.today, pays_from, last)
        grant.signed_on, grant.rent_fen = call.today, item.rent_yuan
        grant.agreement_no = number
        if standard and standard.cap_at_rent:
            call.writes.add(next_amount(grant, price_under(grant, standard)))
        account = new_account(grant.id, grant.region, item.account_no, item.account_name, call.now)
        call.writes.add(account)
    move_all(call, GRANT, grants, "sign", [_signed(call, grant) for grant in grants])
    return grants


def _refuse(items: Sequence[AgreementItem], standards: Sequence[Standard | None]) -> None:
    reasons: list[Reason] = []
    for n, (item, standard) in enumerate(zip(items, standards, strict=True)):
        agreement = rules.Agreement(
            item.account_no, item.rent_yuan, standard.cap_at_rent if standard else False
        )
        reasons += rules.agreement_refusals(agreement, f"/items/{n}")
    refuse("agreements-refused", "有补贴协议不能签订。", reasons, clause="J281")


def _signed(call: CommandContext, grant: Grant) -> GrantSigned:
    return GrantSigned(
        region=grant.region, on=call.today, grant_id=grant.id, first_month=grant.first_month or ""
    )


async def stop(call: CommandContext, grant_id: UUID, body: Stop) -> Any:
    """End a grant from the month after the change, by a person's written decision; all of it."""
    grant: Any = await load(call, Grant, grant_id, **queries.PARTS)
    if body.changed_on > call.today:
        raise Refused(
            "change-in-future",
            "情况变化之日不能晚于今天。",
            clause="S1.3",
            reasons=(Reason("change-in-future", "不能晚于今天", "/changed_on", "S1.3"),),
        )
    grant.stop_month = rules.stop_month(body.changed_on)
    grant.stop_code, grant.stop_reason, grant.hold = body.reason_code, body.opinion, ""
    told = GrantStopped(
        region=grant.region,
        on=call.today,
        grant_id=grant.id,
        from_month=grant.stop_month,
        reason_code=body.reason_code,
    )
    move(call, GRANT, grant, "stop", told, reason=body.reason_code)
    return grant


async def unmask(call: CommandContext, grant_id: UUID, purpose: str) -> AccountOut:
    """The account in plain text; who saw it and why stays in the audit trail."""
    grant = await queries.one(call, grant_id)
    if not grant.accounts:
        raise NotFound("account-missing", "这份补贴资格还没有登记账号。")
    (account,) = grant.accounts
    await audit.unmasked(
        call, object_type=GRANT.name, object_id=grant.id, region=grant.region, purpose=purpose
    )
    return AccountOut(
        account_no=NUMBER.open(account.id, account.number_sealed),
        account_name=HOLDER.open(account.id, account.holder_sealed),
    )
