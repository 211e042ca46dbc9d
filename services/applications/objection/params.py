"""Numbers of the objections."""

from shared.law.citing import Dated, Step
from shared.law.notice import ISSUED_ON

ANSWER_WORKDAYS = Dated(Step(ISSUED_ON, 10, "S2.10"))
"""Working days to look into an objection and answer it."""
