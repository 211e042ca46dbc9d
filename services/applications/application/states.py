"""The life of an application: three reviews and two public notices in a fixed order."""

from enum import StrEnum

from shared.domain.lifecycle import Machine, edge
from shared.domain.roles import Role


class ApplicationState(StrEnum):
    """Where a household's file lies."""

    SUBMITTED = "submitted"
    REVIEW1 = "review1"
    NOTICE1 = "notice1"
    REVIEW2 = "review2"
    REVIEW3 = "review3"
    NOTICE2 = "notice2"
    CLEARED = "cleared"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


REVIEWER = {1: Role.STREET, 2: Role.DISTRICT, 3: Role.CITY}
"""Stage of the review -> whose post decides it."""
NOTICE_AFTER = {1: 1, 3: 2}
"""Stage of the review -> stage of the public notice that follows it."""
REVIEW_BEFORE = {notice: review for review, notice in NOTICE_AFTER.items()}
"""Stage of the notice -> stage of the review that it publishes."""

UNDER_NOTICE = (ApplicationState.NOTICE1, ApplicationState.NOTICE2)
RUNNING = (
    ApplicationState.SUBMITTED,
    ApplicationState.REVIEW1,
    ApplicationState.NOTICE1,
    ApplicationState.REVIEW2,
    ApplicationState.REVIEW3,
    ApplicationState.NOTICE2,
)
_ANYBODY = [role for role in Role if role is not Role.SYSTEM]
_STREET, _DISTRICT, _CITY = [Role.STREET], [Role.DISTRICT], [Role.CITY]
_EITHER = [Role.STREET, Role.CITY]
_ORDER = ("S2.10",)
_REFUSAL = ("O11.9", "PIPL.24")
_PERIOD = ("S2.10", "CC.201")

APPLICATION = Machine(
    "applications.application",
    "住房保障申请",
    states=ApplicationState,
    labels={
        "submitted": "已提交",
        "review1": "待初审",
        "notice1": "公示一",
        "review2": "待复审",
        "review3": "待终审",
        "notice2": "公示二",
        "cleared": "公示期满无异议",
        "approved": "已核准",
        "rejected": "不予核准",
        "withdrawn": "已撤回",
        "ended": "保障已终止",
    },
    initial=ApplicationState.SUBMITTED,
    edges=[
        edge("submitted", "accept", "review1", _STREET, label="受理", clauses=("S2.3", "O11.8")),
        edge("review1", "pass1", "notice1", _STREET, label="初审通过", clauses=_ORDER),
        edge("review2", "pass2", "review3", _DISTRICT, label="复审通过", clauses=_ORDER),
        edge("review3", "pass3", "notice2", _CITY, label="终审通过", clauses=_ORDER),
        edge("review1", "reject1", "rejected", _STREET, label="初审不予通过", clauses=_REFUSAL),
        edge("review2", "reject2", "rejected", _DISTRICT, label="复审不予通过", clauses=_REFUSAL),
        edge("review3", "reject3", "rejected", _CITY, label="终审不予通过", clauses=_REFUSAL),
        edge("notice1", "object", "notice1", _ANYBODY, label="提出异议", clauses=("O11.9",)),
        edge("notice2", "object", "notice2", _ANYBODY, label="提出异议", clauses=("O11.9",)),
        edge("notice1", "dismiss", "notice1", _EITHER, label="异议不成立", clauses=_ORDER),
        edge("notice2", "dismiss", "notice2", _CITY, label="异议不成立", clauses=_ORDER),
        edge("notice1", "uphold", "review1", _EITHER, label="异议成立", clauses=_ORDER),
        edge("notice2", "uphold", "review3", _CITY, label="异议成立", clauses=_ORDER),
        edge("notice1", "close1", "review2", label="公示一期满", clauses=_PERIOD),
        edge("notice2", "close2", "cleared", label="公示二期满", clauses=_PERIOD),
        edge("cleared", "approve", "approved", label="核准", clauses=("S2.10", "S2.5")),
        edge(RUNNING, "withdraw", "withdrawn", [Role.APPLICANT, Role.STREET], label="撤回"),
        edge("approved", "end", "ended", label="保障终止", clauses=("S1.3",)),
    ],
)  # fmt: skip
