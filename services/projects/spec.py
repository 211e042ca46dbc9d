"""The projects service: its table of contents."""

from pathlib import Path

from services.projects.dossier.api import corrections, projects, refusals
from services.projects.library.api import library
from services.projects.overdue.api import cases
from services.projects.overdue.states import CASE
from services.projects.plan.api import plans
from services.projects.progress.api import progress
from services.projects.project.states import PROJECT
from services.projects.screening.api import screenings
from services.projects.survey.api import surveys
from services.projects.tables import Base
from shared.commands.spec import ServiceSpec
from shared.contracts.projects import ProjectsLogCheckpointed

SPEC = ServiceSpec(
    name="projects",
    label="棚户区改造项目",
    description="调查摸底、禁入核查、“十四五”项目库、年度计划和收支平衡、开工和形象进度、逾期未安置台账。",
    port_offset=3,
    routers=(
        projects,
        surveys,
        corrections,
        screenings,
        refusals,
        library,
        plans,
        progress,
        cases,
    ),
    metadata=Base.metadata,
    machines=(PROJECT, CASE),
    subscriptions=(),
    jobs=(),
    checkpointed=ProjectsLogCheckpointed,
    migrations=Path(__file__).parent / "migrations",
)
