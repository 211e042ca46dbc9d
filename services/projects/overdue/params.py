"""The deadlines of overdue resettlement: each dated and cited."""

from datetime import date

from shared.law.citing import DatedValue, ValueStep

_ISSUED = date(2021, 3, 23)
_YEAR_END = date(2021, 12, 31)

JUDGED_MONTHS = DatedValue(ValueStep(_ISSUED, 6, "S9.1a"))
"""Months from a judgment within which the households move in."""

JUDGMENT_DUE = DatedValue(ValueStep(_ISSUED, date(2021, 6, 30), "S9.1b"))
"""The last day for the proceedings of a case that is still before a court."""

YEAR_END_DUE = {
    clause: DatedValue(ValueStep(_ISSUED, _YEAR_END, clause))
    for clause in ("S9.1b", "S9.1c", "S9.1d", "S9.2a", "S9.2b", "S9.2c", "S9.2d", "S9.2e")
}
"""年底前, by category and so for the whole ledger (S9.3c). S9.2b names no day of its own and takes
that of its neighbours."""

FORMED_AFTER = DatedValue(ValueStep(_ISSUED, date(2018, 9, 30), "S9.3a"))
"""A case formed after this day is a new one."""

LISTED_BY = DatedValue(ValueStep(_ISSUED, date(2021, 6, 30), "S9.3a"))
"""The last day for listing the new cases there are."""
