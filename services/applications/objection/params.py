"""Numbers of the objections."""

from shared.law.citing import DatedValue, ValueStep
from shared.law.notice import ISSUED_ON

ANSWER_WORKDAYS = DatedValue(ValueStep(ISSUED_ON, 10, "S2.10"))
"""Working days to look into an objection and answer it."""
