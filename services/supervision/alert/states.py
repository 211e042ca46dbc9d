"""The life of an alert, its levels and the catalogue of alerts."""

from dataclasses import dataclass
from enum import StrEnum

from shared.domain.lifecycle import Machine, edge
from shared.domain.roles import Role
from shared.law.citing import cite


class AlertState(StrEnum):
    """Whether an alert still asks for something."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    ESCALATED = "escalated"
    RESOLVED = "resolved"
    WAIVED = "waived"


RUNNING = (AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.ESCALATED)
"""States of an alert that still asks for something."""

LEVELS = ("blue", "yellow", "orange", "red")
LEVEL_LABELS = {"blue": "蓝色", "yellow": "黄色", "orange": "橙色", "red": "红色"}


@dataclass(frozen=True, slots=True)
class AlertKind:
    """One kind of alert. `level` is where it begins."""

    code: str
    label: str
    level: str
    clause: str


CATALOGUE = {
    kind.code: kind
    for kind in (
        AlertKind("START_RISK", "项目临近计划开工时间尚未开工", "blue", "S6.3"),
        AlertKind("START_OVERDUE", "项目超过计划开工时间尚未开工", "yellow", "S6.3"),
        AlertKind("SUBSIDY_TASK_RISK", "租赁补贴任务进度滞后", "blue", "S2.12"),
        AlertKind("SUBSIDY_TASK_OVERDUE", "租赁补贴任务逾期未完成", "orange", "S2.12"),
        AlertKind("CASE_DUE", "逾期未安置项目临近办结时限", "blue", "S9.3c"),
        AlertKind("CASE_OVERDUE", "逾期未安置项目超过办结时限", "orange", "S9.3c"),
        AlertKind("REPORT_LATE", "月报告逾期未报送", "yellow", "S11.1"),
        AlertKind("PROHIBITED_IN_LIBRARY", "禁止纳入的项目进入项目库", "red", "S4.4"),
        AlertKind("LOG_CONTRADICTED", "服务的日志与所存检查点不符", "red", "PIPL.51"),
    )
}

ALERT = Machine(
    "supervision.alert",
    "预警",
    states=AlertState,
    labels={
        "open": "待处理",
        "acknowledged": "已签收",
        "escalated": "已升级",
        "resolved": "已消除",
        "waived": "已豁免",
    },
    initial=AlertState.OPEN,
    edges=[
        edge(["open", "escalated"], "acknowledge", "acknowledged", [Role.CITY], label="签收",
             clauses=("S0.3",)),
        edge(RUNNING, "escalate", "escalated", label="升级", clauses=("S0.3",)),
        edge(RUNNING, "resolve", "resolved", label="消除", clauses=("S0.3",)),
        edge(RUNNING, "waive", "waived", [Role.SUPERVISOR], label="豁免", clauses=("S0.3",)),
        edge("resolved", "reopen", "open", label="重新提示", clauses=("S0.3",)),
    ],
)  # fmt: skip

for _kind in CATALOGUE.values():
    cite(f"services.supervision.alert.states.{_kind.code}", _kind.clause)
