"""Rules cite their clause, numbers are dated and cited."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from shared.law.notice import CLAUSES

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

CITATIONS: dict[str, list[str]] = {}
"""Clause id -> dotted names of the rules, machines, jobs and reports that carry it out."""


def cite(name: str, *clauses: str) -> None:
    """Note that `name` carries out `clauses`. An unknown clause is an error at import time."""
    for clause in clauses:
        if clause not in CLAUSES:
            raise LookupError(f"{name} cites {clause}, which is not in shared.law.notice")
        CITATIONS.setdefault(clause, []).append(name)


def cites(*clauses: str) -> Callable[[F], F]:
    """Mark a function as carrying out clauses of the notice (ids such as "S4.X6")."""

    def mark(function: F) -> F:
        cite(f"{function.__module__}.{function.__qualname__}", *clauses)
        function.__clauses__ = clauses  # type: ignore[attr-defined]
        return function

    return mark


@dataclass(frozen=True)
class ValueStep(Generic[T]):
    """A value in force from `since` on. `source`: clause id or the document it comes from."""

    since: date
    value: T
    source: str


class DatedValue(Generic[T]):
    """A number with its history. `on(day)` refuses a day before the first step."""

    def __init__(self, *steps: ValueStep[T]) -> None:
        if list(steps) != sorted(steps, key=lambda step: step.since):
            raise ValueError("steps must be in order of date")
        self.steps = steps

    def on(self, day: date) -> T:
        """The value in force on `day`."""
        return self.step_on(day).value

    def step_on(self, day: date) -> ValueStep[T]:
        """The value in force on `day`, with its source."""
        for step in reversed(self.steps):
            if step.since <= day:
                return step
        raise LookupError(f"no value is in force on {day.isoformat()}")
