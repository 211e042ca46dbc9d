"""What the supervision service takes in: facts, deadlines to watch, and checkpoints to hold."""

from services.supervision.alert.commands import hold_checkpoints
from services.supervision.alert.watch import FOLLOWED_EVENTS, follow, forget
from services.supervision.facts.indicators import COUNTED_EVENTS
from services.supervision.facts.record import record, withdraw
from shared.commands.spec import Subscription
from shared.contracts.applications import ApplicationsLogCheckpointed
from shared.contracts.expropriation import ExpropriationLogCheckpointed
from shared.contracts.projects import ProjectsLogCheckpointed
from shared.contracts.subsidy import SubsidyLogCheckpointed

CHECKPOINTS = (
    ApplicationsLogCheckpointed,
    ExpropriationLogCheckpointed,
    ProjectsLogCheckpointed,
    SubsidyLogCheckpointed,
)

SUBSCRIPTIONS = (
    Subscription(COUNTED_EVENTS, record, withdraw),
    Subscription(FOLLOWED_EVENTS, follow, forget),
    Subscription(CHECKPOINTS, hold_checkpoints),
)
