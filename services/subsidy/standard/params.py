"""The number that a local standard may not exceed."""

from datetime import date
from decimal import Decimal

from shared.law.citing import DatedValue, ValueStep

HOUSEHOLD_CAP_SQM = DatedValue(ValueStep(date(2016, 12, 1), Decimal(60), "J281"))
"""The largest area of one household that is subsidised, in square metres."""
