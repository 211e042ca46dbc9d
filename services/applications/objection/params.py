"""Numbers of the objections."""

from shared.notice import ISSUED_ON
from shared.policy import Dated, Step

ANSWER_WORKDAYS = Dated(Step(ISSUED_ON, 10, "S2.10"))
"""Working days to look into an objection and answer it."""
