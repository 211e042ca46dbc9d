"""When a contract may be signed, and what follows from the instant of signing."""

from dataclasses import dataclass
from datetime import date, datetime

from services.expropriation.programme.rules import SigningPeriod
from shared.domain.problems import Reason
from shared.law.calendar import CALENDAR
from shared.law.citing import cites


@cites("S8.7")
def signing_instant(now: datetime, last: datetime | None) -> datetime:
    """The instant of the next number: never before that of the number before it.

    Requests that overtake each other at midnight, or a clock set back, could else give an earlier
    number the lesser reward.
    """
    return now if last is None else max(now, last)


@dataclass(frozen=True, slots=True)
class Signing:
    """What is known of one signing when it has its turn."""

    period: SigningPeriod
    closed: bool
    owner_certificate: str
    office_certificate: str


@cites("S8.9", "R590.26")
def signing_faults(signing: Signing, on: date) -> tuple[Reason, ...]:
    """Why a contract may not be signed on a day; pointers are relative to the item."""
    period = signing.period
    checks = (
        (
            period.day_number(on) is not None and not signing.closed,
            Reason(
                "outside-period",
                f"签约期为 {period.starts_on} 至 {period.ends_on}；"
                "期满未达成协议的，由作出征收决定的政府作出补偿决定",
                "",
                "R590.26",
            ),
        ),
        (
            signing.owner_certificate.upper() != signing.office_certificate.upper(),
            Reason(
                "certificates-same",
                "被征收人和征收部门应当各用自己的电子签名证书",
                "/office_certificate",
                "S8.9",
            ),
        ),
    )
    return tuple(reason for good, reason in checks if not good)


@cites("R590.25")
def pay_by(signed_on: date, within_days: int) -> date:
    """The last day of payment: the day of signing does not count, a holiday moves it on."""
    return CALENDAR.add_days(signed_on, within_days)
