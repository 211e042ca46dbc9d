"""Numbers of progress and payments."""

from datetime import date
from decimal import Decimal

from shared.law.citing import DatedValue, ValueStep

PAYMENT_TOLERANCE = DatedValue(ValueStep(date(2021, 3, 23), Decimal("0.3"), "S6.5"))
"""How far the paid share may run ahead of the works or lag behind. Set by the province."""
