"""When an alert is due: boundary days of every kind."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from services.supervision.alert.rules import (
    WatchedObject,
    barred,
    cases,
    level,
    reports,
    starts,
    subsidy_tasks,
)

DUE = date(2021, 6, 15)
ID = str(UUID(int=1))


def thing(kind: str = "project", **changes: object) -> WatchedObject:
    known: dict[str, object] = {
        "kind": kind, "object_id": ID, "unit": "220100", "label": "PG-220102-2021-00001",
        "clause": "", "due_on": DUE, "done_on": None, "listed_on": None, "barred_on": None,
    }  # fmt: skip
    return WatchedObject(**{**known, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("on", "codes"),
    [
        (DUE - timedelta(days=16), []),
        (DUE - timedelta(days=15), ["START_RISK"]),
        (DUE, ["START_RISK"]),
        (DUE + timedelta(days=1), ["START_OVERDUE"]),
    ],
)
def test_a_start_is_at_risk_before_and_overdue_after_its_day(on: date, codes: list[str]) -> None:
    """S6.3, S6.1."""
    assert [one.code for one in starts([thing()], on)] == codes


def test_a_started_project_asks_for_nothing() -> None:
    """S6.3."""
    assert starts([thing(done_on=DUE), thing(due_on=None), thing("case")], DUE) == []


@pytest.mark.parametrize(
    "category",
    ["S9.1a", "S9.1b", "S9.1c", "S9.1d", "S9.2a", "S9.2b", "S9.2c", "S9.2d", "S9.2e"],
)
def test_a_case_is_called_under_the_clause_of_its_category(category: str) -> None:
    """S9.1a, S9.1b, S9.1c, S9.1d, S9.2a, S9.2b, S9.2c, S9.2d, S9.2e, S9.3c: by the day they set."""
    case = thing("case", clause=category, due_on=date(2021, 12, 31))
    assert cases([case], date(2021, 11, 30)) == []
    (near,) = cases([case], date(2021, 12, 1))
    (last,) = cases([case], date(2021, 12, 31))
    (over,) = cases([case], date(2022, 1, 1))
    assert [near.code, last.code, over.code] == ["CASE_DUE", "CASE_DUE", "CASE_OVERDUE"]
    assert {near.clause, over.clause} == {category}


def test_a_project_in_the_library_that_is_prohibited_is_named() -> None:
    """S4.4."""
    listed, refused = date(2021, 4, 3), date(2021, 5, 2)
    (found,) = barred([thing(listed_on=listed, barred_on=refused)])
    assert (found.code, found.due_on, found.clause) == ("PROHIBITED_IN_LIBRARY", refused, "S4.4")
    assert barred([thing(listed_on=listed), thing(barred_on=refused)]) == []


@pytest.mark.parametrize(
    ("paid", "on", "codes"),
    [
        (16, date(2021, 4, 30), ["SUBSIDY_TASK_RISK"]),
        (17, date(2021, 4, 30), []),
        (7, date(2021, 4, 29), ["SUBSIDY_TASK_RISK"]),
        (8, date(2021, 4, 29), []),
        (0, date(2022, 1, 15), []),
        (99, date(2021, 11, 30), []),
        (99, date(2021, 12, 1), ["SUBSIDY_TASK_OVERDUE"]),
        (100, date(2021, 12, 1), []),
    ],
)
def test_the_subsidy_task_runs_evenly_to_30_november(paid: int, on: date, codes: list[str]) -> None:
    """S2.12, S2.9: eleven months, a fifth of tolerance, then every missing household counts."""
    found = subsidy_tasks([("220100", Decimal(100), Decimal(paid))], on)
    assert [one.code for one in found] == codes
    assert subsidy_tasks([("220100", Decimal(0), Decimal(0))], on) == []


def test_a_report_is_missed_after_its_due_day() -> None:
    """S11.1."""
    owed = [("220100", "2021-04")]
    assert reports(owed, date(2021, 5, 6)) == []
    (found,) = reports(owed, date(2021, 5, 7))
    assert (found.code, found.period, found.due_on) == (
        "REPORT_LATE",
        "2021-04",
        date(2021, 5, 6),
    )


@pytest.mark.parametrize(
    ("days", "code", "reached"),
    [
        (0, "START_RISK", "blue"),
        (14, "START_RISK", "blue"),
        (15, "START_RISK", "yellow"),
        (30, "START_RISK", "orange"),
        (60, "START_RISK", "red"),
        (0, "CASE_OVERDUE", "orange"),
        (30, "CASE_OVERDUE", "orange"),
        (0, "PROHIBITED_IN_LIBRARY", "red"),
    ],
)
def test_an_alert_rises_with_age_and_never_falls(days: int, code: str, reached: str) -> None:
    """S0.3."""
    opened = date(2021, 4, 1)
    assert level(code, opened, opened + timedelta(days=days)) == reached
