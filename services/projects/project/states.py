"""The life of a renovation project."""

from enum import StrEnum

from shared.domain.lifecycle import Machine, edge
from shared.domain.roles import Role


class ProjectState(StrEnum):
    """How far a project has come."""

    SURVEYED = "surveyed"
    SCREENED = "screened"
    LIBRARY = "library"
    PLANNED = "planned"
    STARTED = "started"
    COMPLETED = "completed"
    PROHIBITED = "prohibited"


PROJECT = Machine(
    "projects.project",
    "棚改项目",
    states=ProjectState,
    labels={
        "surveyed": "已调查",
        "screened": "已通过禁入核查",
        "library": "已入库",
        "planned": "已列入年度计划",
        "started": "已开工",
        "completed": "基本建成",
        "prohibited": "不予纳入",
    },
    initial=ProjectState.SURVEYED,
    edges=[
        edge(["surveyed", "screened"], "correct", "surveyed", [Role.CITY],
             label="更正调查资料", clauses=("S4.1", "S4.4")),
        edge("library", "correct", "library", [Role.CITY],
             label="更正调查资料", clauses=("S4.1", "S4.4")),
        edge("surveyed", "screen", "screened", [Role.CITY],
             label="通过禁入核查", clauses=("S4.3", "S4.4")),
        edge(["surveyed", "library", "planned"], "refuse", "prohibited",
             [Role.CITY, Role.PROVINCE], label="签署不予纳入", clauses=("S4.4",)),
        edge("screened", "enter", "library", [Role.PROVINCE],
             label="纳入项目库", clauses=("S5.2", "S4.2")),
        edge("library", "plan", "planned", [Role.PROVINCE],
             label="列入年度计划", clauses=("S5.2", "S7.2")),
        edge("planned", "start", "started", [Role.CITY], label="开工", clauses=("S6.3",)),
        edge("started", "report", "started", [Role.CITY],
             label="报送形象进度", clauses=("S6.5",)),
        edge("completed", "report", "completed", [Role.CITY],
             label="报送形象进度", clauses=("S6.5",)),
        edge("started", "complete", "completed", [Role.CITY],
             label="报送基本建成", clauses=("S6.5",)),
        edge("completed", "reopen", "started", [Role.CITY],
             label="更正为未建成", clauses=("S6.5",)),
    ],
)  # fmt: skip
"""One aggregate; the rooms around it hold the rules of each step."""
