"""Rules of the objections."""

from collections.abc import Sequence
from datetime import date

from services.applications.objection.params import ANSWER_WORKDAYS
from services.applications.review.rules import Signature
from shared.domain.problems import Reason
from shared.law.calendar import CALENDAR
from shared.law.citing import cites


@cites("S2.10", "CC.201")
def answer_due_on(raised_on: date) -> date:
    """The last day to answer; the day of the objection does not count."""
    return CALENDAR.add_workdays(raised_on, ANSWER_WORKDAYS.on(raised_on))


@cites("S2.10")
def answerer_refusals(person: str, signed: Sequence[Signature], stage: int) -> list[Reason]:
    """Who signed the review that is objected to does not answer the objection."""
    if any(one.person == person and one.stage == stage for one in signed):
        detail = "签署该次审核意见的人不能答复对它的异议，请由他人办理。"
        return [Reason("own-review", detail, "", "S2.10")]
    return []
