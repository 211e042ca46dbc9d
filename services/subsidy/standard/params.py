"""The number that a local standard may not exceed."""

from datetime import date
from decimal import Decimal

from shared.law.citing import Dated, Step

HOUSEHOLD_CAP_SQM = Dated(Step(date(2016, 12, 1), Decimal(60), "J281"))
"""The largest area of one household that is subsidised, in square metres."""
