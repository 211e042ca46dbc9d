"""What the supervision service takes in: facts for figures, and the deadlines that are watched."""

from services.supervision.alert.watch import FOLLOWED_EVENTS, follow
from services.supervision.facts.indicators import COUNTED_EVENTS
from services.supervision.facts.record import record
from shared.spec import Subscription

SUBSCRIPTIONS = (
    Subscription(COUNTED_EVENTS, record),
    Subscription(FOLLOWED_EVENTS, follow),
)
