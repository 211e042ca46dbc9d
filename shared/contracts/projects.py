"""Events of the projects service: from survey to monthly progress, and overdue resettlement."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Event, Fen, LogCheckpointed, Month, Number

_ID = "0190a1b2-0000-7000-8000-000000000003"


class _ProjectEvent(Event):
    service: ClassVar[str] = "projects"
    project_id: UUID
    on: date


class ProjectSurveyed(_ProjectEvent):
    """A shantytown site was surveyed."""

    fact: ClassVar[str] = "project-surveyed"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-01",
        "project_id": _ID,
        "households": 120,
        "area_sqm": "8200.00",
    }
    households: int
    area_sqm: Number


class ProjectCorrected(_ProjectEvent):
    """What was surveyed was wrong and is corrected; the eight prohibitions are checked again."""

    fact: ClassVar[str] = "project-corrected"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-02",
        "project_id": _ID,
        "changed": ["households"],
        "households": 118,
        "households_change": -2,
        "area_sqm": "8200.00",
    }
    changed: tuple[str, ...] = Field(description="更正的内容")
    households: int
    households_change: int = Field(description="与更正前相差的户数")
    area_sqm: Number


class ProjectScreened(_ProjectEvent):
    """None of the eight prohibitions stands in the project's way."""

    fact: ClassVar[str] = "project-screened"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-02",
        "project_id": _ID,
        "verdicts": {
            "S4.X1": "pass",
            "S4.X2": "pass",
            "S4.X3": "pass",
            "S4.X4": "pass",
            "S4.X5": "pass",
            "S4.X6": "reviewed",
            "S4.X7": "pass",
            "S4.X8": "pass",
        },
    }
    verdicts: dict[str, Literal["pass", "exempt", "reviewed"]] = Field(
        description="逐条结论：pass 不属于禁止情形、exempt 有依据除外、reviewed 人工复核通过"
    )


class ProjectProhibited(_ProjectEvent):
    """The check against the eight prohibitions refused the project; a person signed it."""

    fact: ClassVar[str] = "project-prohibited"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-02",
        "project_id": _ID,
        "clauses": ["S4.X7"],
    }
    clauses: tuple[str, ...]


class ProjectEnteredLibrary(_ProjectEvent):
    """The project passed the check and stands in the 十四五 library."""

    fact: ClassVar[str] = "project-entered-library"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-03",
        "project_id": _ID,
        "households": 120,
        "renovation_year": 2021,
        "priority": "P1",
    }
    households: int
    renovation_year: int
    priority: str = Field(description="P1 重点片区 / P2 五十户以上集中成片 / P3 夹馅 / P0 一般")


class ProjectPlanned(_ProjectEvent):
    """The project is in an annual plan. `needs_clearing` lets a programme be opened for it."""

    fact: ClassVar[str] = "project-planned"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-05",
        "project_id": _ID,
        "project_no": "PG-220102-2021-00001",
        "year": 2021,
        "units": 150,
        "households": 120,
        "planned_start_on": "2021-04-25",
        "investment_fen": 4500000000,
        "needs_clearing": True,
    }
    project_no: str
    year: int
    units: int = Field(description="计划开工套数")
    households: int
    planned_start_on: date
    investment_fen: Fen
    needs_clearing: bool


class ProjectStarted(_ProjectEvent):
    """Foundation structure works have begun (or, monetised only, the agreements are signed)."""

    fact: ClassVar[str] = "project-started"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-22",
        "project_id": _ID,
        "started_on": "2021-04-22",
        "planned_start_on": "2021-04-25",
        "year": 2021,
        "units": 150,
    }
    started_on: date
    planned_start_on: date
    year: int
    units: int


class ProjectProgressed(_ProjectEvent):
    """One month's progress of one project. Money and units are of this month alone.

    `stage` and `progress_rate` tell where the works stand at the month's end. A month reported
    again is corrected: the event then carries the difference to what was reported before.
    """

    fact: ClassVar[str] = "project-progressed"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-30",
        "project_id": _ID,
        "month": "2021-04",
        "stage": "foundation",
        "progress_rate": "0.1200",
        "invested_fen": 320000000,
        "funds_received_fen": 400000000,
        "funds_paid_fen": 300000000,
        "completed_units": 0,
    }
    month: Month
    stage: Literal["not-started", "levelling", "foundation", "structure", "topped-out", "completed"]
    progress_rate: Number
    invested_fen: Fen
    funds_received_fen: Fen
    funds_paid_fen: Fen
    completed_units: int = Field(description="本月基本建成套数")


class OverdueCaseRegistered(Event):
    """An overdue-resettlement case stands in the ledger (seven columns of S9.3b)."""

    service: ClassVar[str] = "projects"
    fact: ClassVar[str] = "overdue-case-registered"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-06",
        "case_id": _ID,
        "case_no": "YQ-220102-2021-00001",
        "category": "S9.1c",
        "households": 40,
        "due_on": "2021-12-31",
    }
    case_id: UUID
    on: date
    case_no: str
    category: str = Field(description="条款编号，例 S9.1c")
    households: int
    due_on: date


class OverdueCaseJudged(Event):
    """A case that was before a court has its judgment; the deadline follows from it."""

    service: ClassVar[str] = "projects"
    fact: ClassVar[str] = "overdue-case-judged"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-05-14",
        "case_id": _ID,
        "judged_on": "2021-05-12",
        "due_on": "2021-11-12",
    }
    case_id: UUID
    on: date
    judged_on: date
    due_on: date


class OverdueHouseholdsResettled(Event):
    """Households of a case moved in, took money or moved elsewhere by consent.

    `households` is below zero when the supervisor did not accept what was recorded.
    """

    service: ClassVar[str] = "projects"
    fact: ClassVar[str] = "overdue-households-resettled"
    sample: ClassVar = {
        "region": "220102",
        "on": "2021-04-20",
        "case_id": _ID,
        "households": 10,
        "remaining": 30,
    }
    case_id: UUID
    on: date
    households: int
    remaining: int


class OverdueCaseStruckOff(Event):
    """The supervisor struck a case off the ledger (销号)."""

    service: ClassVar[str] = "projects"
    fact: ClassVar[str] = "overdue-case-struck-off"
    sample: ClassVar = {"region": "220102", "on": "2021-04-28", "case_id": _ID}
    case_id: UUID
    on: date


class ProjectsLogCheckpointed(LogCheckpointed):
    """Where one log of this service stood, and what it says now of the checkpoint before.

    An earlier checkpoint that does not agree means that history was altered, or restored.
    """

    service: ClassVar[str] = "projects"
