"""From figures and targets to what the ranking knows of each unit."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from services.supervision.bulletin.rules import Standing
from services.supervision.facts.figures import ZERO, Figures


def standings(
    units: Sequence[str],
    figures: Figures,
    targets: Mapping[tuple[str, str], Decimal],
    starts: Mapping[str, Mapping[int, Decimal]],
) -> list[Standing]:
    """One standing per unit; `targets` by (unit, indicator), `starts` by unit and month number."""

    def so_far(unit: str, indicator: str) -> Decimal:
        return figures.of(unit, indicator).total

    return [
        Standing(
            unit=unit,
            task_units=targets.get((unit, "started-units"), ZERO),
            started_by_month=starts.get(unit, {}),
            completed_units=so_far(unit, "completed-units"),
            invested_fen=so_far(unit, "invested-fen"),
            planned_investment_fen=targets.get((unit, "invested-fen"), ZERO),
            funds_paid_fen=so_far(unit, "funds-paid-fen"),
            funds_received_fen=so_far(unit, "funds-received-fen"),
            overdue_resettled=so_far(unit, "overdue-resettled-households"),
            overdue_households=so_far(unit, "overdue-households"),
        )
        for unit in units
    ]
