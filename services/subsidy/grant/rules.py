"""When a grant waits, what its agreement needs, from which month it is paid and stops."""

from dataclasses import dataclass
from datetime import date

from shared.domain.identity import account_no
from shared.domain.problems import Reason, Refused
from shared.law.calendar import month_of
from shared.law.citing import cites


def next_month(month: str) -> str:
    """The month after: "2021-12" -> "2022-01"."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02d}"


@cites("S1.3", "S2.5")
def hold(*, has_other: bool, has_standard: bool, monthly_fen: int) -> str:
    """Why an approved household's grant must wait, "" when it need not.

    One household has one guarantee (S1.3). Who is entitled is never lost (S2.5): the grant is
    kept and shown until the reason is gone or a person decides.
    """
    if has_other:
        return "household-has-grant"
    if not has_standard:
        return "no-standard"
    return "" if monthly_fen > 0 else "no-amount"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What an agreement is signed with."""

    account_no: str
    rent_fen: int | None
    cap_at_rent: bool


@cites("J281")
def agreement_refusals(agreement: Agreement, pointer: str) -> list[Reason]:
    """Every reason why the agreement cannot be signed."""
    found: list[Reason] = []
    try:
        account_no(agreement.account_no)
    except Refused as refused:
        found.append(Reason(refused.code, refused.detail, f"{pointer}/account_no", "J281"))
    if agreement.cap_at_rent and agreement.rent_fen is None:
        detail = "当地规定补贴不超过实际租金，须填写合同月租金。"
        found.append(Reason("rent-missing", detail, f"{pointer}/rent_yuan", "J281"))
    return found


@cites("J281", "S2.9")
def first_month(signed_on: date, pays_from: str, last_batch: str | None) -> str:
    """The first payable month: that of the agreement or the next, as the unit's standard says.

    A month whose batch is already made (`last_batch`) is not promised: the next one is.
    """
    month = month_of(signed_on)
    if pays_from == "month-after":
        month = next_month(month)
    if last_batch is not None and month <= last_batch:
        return next_month(last_batch)
    return month


@cites("J281", "S1.3")
def stop_month(changed_on: date) -> str:
    """The first month that is no longer paid: the one after the change."""
    return next_month(month_of(changed_on))
