"""Everything a bulletin is written from: a month's frozen state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.supervision.bulletin.rules import Score
from services.supervision.facts.figures import ZERO, Figures
from shared.domain.regions import name_of


@dataclass(frozen=True, slots=True)
class AlertLine:
    """A unit's running alerts of one kind."""

    unit: str
    code: str
    label: str
    level: str
    level_label: str
    clause: str
    count: int
    earliest_due: date


@dataclass(frozen=True, slots=True)
class RestatedValue:
    """A published month value and what the facts say since. Money in fen."""

    month: str
    unit: str
    indicator: str
    published: Decimal
    restated: Decimal


@dataclass(frozen=True, slots=True)
class ChangedFigure:
    """A figure that a unit reported otherwise than counted."""

    unit: str
    indicator: str
    counted: Decimal
    reported: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A closed month. `units` are the reporting units in the order of their codes."""

    month: str
    number: int
    issued_on: date
    units: tuple[str, ...]
    figures: Figures
    targets: Mapping[tuple[str, str], Decimal]
    scores: tuple[Score, ...]
    alerts: tuple[AlertLine, ...]
    missing: tuple[str, ...]
    late: tuple[str, ...]
    changes: tuple[ChangedFigure, ...]
    restatements: tuple[RestatedValue, ...]
    positions: Mapping[str, int]

    def name(self, unit: str) -> str:
        """A unit's name on the day of issue."""
        return name_of(unit, self.issued_on)

    def in_month(self, indicator: str, unit: str = "") -> Decimal:
        """The month's amount of a unit, or of the province."""
        if unit:
            return self.figures.of(unit, indicator).month
        return self.figures.total(indicator, self.units).month

    def so_far(self, indicator: str, unit: str = "") -> Decimal:
        """The cumulated amount of a unit, or of the province."""
        if unit:
            return self.figures.of(unit, indicator).total
        return self.figures.total(indicator, self.units).total

    def target(self, indicator: str, unit: str = "") -> Decimal:
        """The annual target of a unit, or of the province."""
        if unit:
            return self.targets.get((unit, indicator), ZERO)
        return sum((self.targets.get((one, indicator), ZERO) for one in self.units), ZERO)
