"""What the progress route answers."""

from datetime import date

from shared.domain.fields import Output, Yuan


class ProgressOut(Output):
    """One unit's subsidy work of a year.

    `households_paid`: grants paid at least once. `unserved`: approved 低保 and 低收入 households
    whose subsidy has not been agreed yet; it should be nought.
    """

    unit: str
    unit_name: str
    signed: int
    unserved: int
    households_paid: int
    payments: int
    paid_yuan: Yuan


class ProgressList(Output):
    """The units in the caller's reach."""

    year: int
    due_on: date
    days_left: int
    items: list[ProgressOut]
