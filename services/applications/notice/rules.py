"""Rules of the public notice: its days, and what it shows."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.applications.application.categories import CATEGORIES, MODES
from services.applications.notice.params import notice_days
from shared.domain.masking import mask_name
from shared.domain.regions import full_name_of
from shared.law.calendar import last_full_day
from shared.law.citing import cites


@dataclass(frozen=True, slots=True)
class NoticePeriod:
    """First and last day of a notice; objections are taken on both."""

    starts_on: date
    ends_on: date


@cites("S2.10", "CC.201")
def period(stage: int, on: date) -> NoticePeriod:
    """The days of a notice that is posted on `on`: the start day does not count."""
    return NoticePeriod(on, last_full_day(on, notice_days(stage, on)))


@cites("S2.10", "CC.201")
def ran_out(ends_on: date, on: date) -> bool:
    """Whether every full day is over."""
    return on > ends_on


@cites("PIPL.51", "O11.9")
def content(
    name: str, region: str, household_size: int, categories: Sequence[str], mode: str
) -> dict[str, str | int]:
    """What the public sees of a household: no number, no address, no income, no member."""
    return {
        "applicant_name": mask_name(name),
        "region_name": full_name_of(region),
        "household_size": household_size,
        "categories": "、".join(CATEGORIES[code].label for code in categories),
        "mode": MODES[mode],
    }


def digest(shown: dict[str, str | int], days: NoticePeriod) -> str:
    """A hash of what was shown and when, kept after the content is taken down."""
    told = {**shown, "starts_on": days.starts_on.isoformat(), "ends_on": days.ends_on.isoformat()}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
