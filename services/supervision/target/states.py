"""The life of an annual target."""

from enum import StrEnum

from shared.domain.lifecycle import Machine, edge
from shared.domain.roles import Role


class TargetState(StrEnum):
    """A target is set, and may be revised."""

    SET = "set"


TARGET = Machine(
    "supervision.target",
    "年度任务",
    states=TargetState,
    labels={"set": "已下达"},
    initial=TargetState.SET,
    edges=[edge("set", "revise", "set", [Role.PROVINCE], label="调整目标任务", clauses=("S0.3",))],
)
