"""What this service does every business day."""

from services.expropriation.order.closing import close_ended
from shared.commands.spec import Job

JOBS = (Job("close-signing-periods", "签约期届满", close_ended, clauses=("S8.3", "R590.26")),)
