"""Numbers of the monthly report."""

from datetime import date

from shared.law.citing import DatedValue, ValueStep

DUE_DAY = DatedValue(ValueStep(date(2021, 3, 23), 5, "S11.1"))
"""Day of the following month by which a unit reports; set by the office, not by the notice."""
