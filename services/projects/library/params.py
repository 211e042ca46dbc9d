"""Numbers of the project library."""

from datetime import date

from shared.law.citing import DatedValue, ValueStep

_ISSUED = date(2021, 3, 23)

LIBRARY_YEARS = DatedValue(ValueStep(_ISSUED, (2021, 2025), "S4.2"))
"""First and last renovation year of the 十四五 library."""

LARGE_HOUSEHOLDS = DatedValue(ValueStep(_ISSUED, 50, "S5.4"))
"""From this many contiguous households on, a site is to be preferred (50 itself counts)."""

ENCLAVE_TRAITS = DatedValue(ValueStep(_ISSUED, 3, "S5.5"))
"""How many of the six features make an enclave. The notice gives no number, the province does."""
