"""Numbers of progress and payments."""

from datetime import date
from decimal import Decimal

from shared.law.citing import Dated, Step

PAYMENT_TOLERANCE = Dated(Step(date(2021, 3, 23), Decimal("0.3"), "S6.5"))
"""How far the paid share may run ahead of the works or lag behind. Set by the province."""
