"""The life of an overdue-resettlement case."""

from enum import StrEnum

from shared.domain.lifecycle import Machine, edge
from shared.domain.roles import Role


class CaseState(StrEnum):
    """Where an overdue case stands."""

    REGISTERED = "registered"
    RESETTLED = "resettled"
    VERIFIED = "verified"


CASE = Machine(
    "projects.overdue-case",
    "逾期未安置项目",
    states=CaseState,
    labels={"registered": "已列入台账", "resettled": "已全部安置", "verified": "已销号"},
    initial=CaseState.REGISTERED,
    edges=[
        edge("registered", "judge", "registered", [Role.CITY, Role.PROVINCE],
             label="登记判决", clauses=("S9.1b",)),
        edge("registered", "resettle", "registered", [Role.CITY],
             label="登记部分安置", clauses=("S9.3",)),
        edge("registered", "finish", "resettled", [Role.CITY],
             label="登记全部安置", clauses=("S9.3c",)),
        edge("resettled", "verify", "verified", [Role.SUPERVISOR],
             label="销号", clauses=("S9.3c", "S9.0")),
        edge("resettled", "return", "registered", [Role.SUPERVISOR],
             label="退回整改", clauses=("S9.3c",)),
    ],
)  # fmt: skip
