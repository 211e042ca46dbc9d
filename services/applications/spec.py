"""The table of contents of the applications service: read this first."""

from pathlib import Path

from services.applications import consumers, jobs
from services.applications.application.api import acceptances, applications, household_imports
from services.applications.application.states import APPLICATION
from services.applications.dossier.api import dossiers
from services.applications.notice.api import public_notices
from services.applications.objection.api import objections
from services.applications.review.api import review_meetings
from services.applications.standard.api import standards
from services.applications.tables import Base
from shared.commands.spec import ServiceSpec
from shared.contracts.applications import ApplicationsLogCheckpointed

SPEC = ServiceSpec(
    name="applications",
    label="住房保障申请",
    description="公租房保障申请：准入标准、申请和受理、三审两公示、异议、核准。",
    port_offset=1,
    routers=(
        standards,
        household_imports,
        applications,
        dossiers,
        acceptances,
        review_meetings,
        public_notices,
        objections,
    ),
    metadata=Base.metadata,
    machines=(APPLICATION,),
    subscriptions=(consumers.SUBSCRIPTION,),
    jobs=(jobs.CLOSE_NOTICES,),
    checkpointed=ApplicationsLogCheckpointed,
    migrations=Path(__file__).parent / "migrations",
)
