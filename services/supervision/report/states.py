"""The life of a monthly report."""

from enum import StrEnum

from shared.domain.lifecycle import Machine, edge
from shared.domain.roles import Role


class ReportState(StrEnum):
    """Where a monthly report lies."""

    OPEN = "open"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    FROZEN = "frozen"


WITH_UNIT = (ReportState.OPEN, ReportState.DRAFT, ReportState.RETURNED)
"""States in which the unit still owes its report."""

REPORT = Machine(
    "supervision.report",
    "月报告",
    states=ReportState,
    labels={
        "open": "待汇总",
        "draft": "待报送",
        "submitted": "已报送",
        "returned": "已退回",
        "accepted": "已接收",
        "frozen": "已固化",
    },
    initial=ReportState.OPEN,
    edges=[
        edge("open", "prefill", "draft", label="汇总填报", clauses=("S11.2",)),
        edge("draft", "refresh", "draft", label="更新汇总数字", clauses=("S11.2",)),
        edge("returned", "refresh", "returned", label="更新汇总数字", clauses=("S11.2",)),
        edge(["draft", "returned"], "submit", "submitted", [Role.CITY], label="报送",
             clauses=("S11.1",)),
        edge("submitted", "accept", "accepted", [Role.PROVINCE], label="接收", clauses=("S11.1",)),
        edge("submitted", "return", "returned", [Role.PROVINCE], label="退回", clauses=("S11.1",)),
        edge("accepted", "freeze", "frozen", label="固化", clauses=("S11.2",)),
    ],
)  # fmt: skip
