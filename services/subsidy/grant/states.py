"""The life of a grant."""

from enum import StrEnum

from shared.domain.lifecycle import Machine, edge
from shared.domain.roles import Role


class GrantState(StrEnum):
    """Whether a grant waits, is agreed, or has ended."""

    REQUESTED = "requested"
    CALCULATED = "calculated"
    SIGNED = "signed"
    STOPPED = "stopped"


LIVE = (GrantState.CALCULATED, GrantState.SIGNED)
"""States in which a household holds its one guarantee."""

GRANT = Machine(
    "subsidy.grant",
    "补贴资格",
    states=GrantState,
    labels={
        "requested": "待核定",
        "calculated": "已核定",
        "signed": "已签协议",
        "stopped": "已停发",
    },
    initial=GrantState.REQUESTED,
    edges=[
        edge("requested", "hold", "requested", label="挂起待核定", clauses=("S2.5",)),
        edge("requested", "calculate", "calculated", label="核定补贴额", clauses=("S2.5", "J281")),
        edge("calculated", "adjust", "calculated", label="按新标准调整", clauses=("J281",)),
        edge("signed", "adjust", "signed", label="按新标准调整", clauses=("J281",)),
        edge("calculated", "sign", "signed", [Role.CITY], label="签订补贴协议",
             clauses=("S2.9", "J281")),
        edge(["requested", "calculated", "signed"], "stop", "stopped", [Role.CITY], label="停发",
             clauses=("S1.3",)),
    ],
)  # fmt: skip

HOLDS = {
    "no-standard": "当地没有生效的补贴标准",
    "household-has-grant": "该家庭已有一份补贴资格",
    "no-amount": "按标准计算的补贴额为零，待人工处理",
}
"""Why a grant cannot be calculated yet."""

STOPS = {
    "died": "家庭成员死亡，不再符合条件",
    "moved-away": "迁离本地",
    "home-obtained": "取得自有住房",
    "income-over-line": "收入超过标准",
    "unit-allocated": "已实物配租",
    "not-entitled": "经核查不符合条件",
    "given-up": "家庭自愿放弃",
}
"""Why a person stops a grant."""
