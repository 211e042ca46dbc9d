"""Numbers of the monthly report."""

from datetime import date

from shared.law.citing import Dated, Step

DUE_DAY = Dated(Step(date(2021, 3, 23), 5, "S11.1"))
"""Day of the following month by which a unit reports; set by the office, not by the notice."""
