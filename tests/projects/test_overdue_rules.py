"""Deadlines and verification of overdue cases, category by category."""

from datetime import date

import pytest

from services.projects.overdue.rules import (
    CATEGORIES,
    CaseKind,
    ResettlementMode,
    Verifier,
    days_left,
    due_on,
    is_priority,
    judgment_due_on,
    judgment_refusals,
    kind_of,
    ledger_refusals,
    listed_late,
    promised_late,
    resettlement_refusals,
    verification_refusals,
)

DAY = date(2021, 4, 6)
YEAR_END = date(2021, 12, 31)


@pytest.mark.parametrize(
    ("judged", "due"),
    [
        (date(2021, 1, 15), date(2021, 7, 15)),
        (date(2020, 12, 31), date(2021, 6, 30)),
        (date(2020, 8, 31), date(2021, 3, 1)),
        (date(2021, 4, 3), date(2021, 10, 8)),
    ],
    ids=["same day", "month end", "no such day, and a Sunday", "National Day week"],
)
def test_a_judged_case_has_six_months(judged: date, due: date) -> None:
    """S9.1a with CC.202 and CC.203: the same day six months on, moved off a holiday."""
    assert due_on("S9.1a", judged, DAY) == due


@pytest.mark.parametrize(
    ("judged", "due"),
    [
        (None, YEAR_END),
        (date(2021, 5, 12), date(2021, 11, 12)),
        (date(2021, 6, 30), date(2021, 12, 30)),
        (date(2021, 8, 1), YEAR_END),
    ],
)
def test_a_case_before_a_court(judged: date | None, due: date) -> None:
    """S9.1b: judged by the end of June, resettled by the year's end or six months later."""
    assert due_on("S9.1b", judged, DAY) == due
    waits = judgment_due_on("S9.1b", judged, DAY)
    assert waits == (date(2021, 6, 30) if judged is None else None)
    assert judgment_due_on("S9.1c", None, DAY) is None


@pytest.mark.parametrize(
    "category", ["S9.1c", "S9.1d", "S9.2a", "S9.2b", "S9.2c", "S9.2d", "S9.2e"]
)
def test_everything_else_is_due_at_the_years_end(category: str) -> None:
    """S9.1c, S9.1d, S9.2a, S9.2b, S9.2c, S9.2d, S9.2e: 年底前, and so S9.3c for the ledger."""
    assert due_on(category, None, DAY) == YEAR_END
    assert promised_late(date(2022, 1, 1), YEAR_END)
    assert not promised_late(YEAR_END, YEAR_END)


def test_signed_but_not_moved_in_comes_first() -> None:
    """S9.2: the cases with an allocation agreement are the ones to solve first."""
    assert [c for c in CATEGORIES if is_priority(c)] == [f"S9.2{letter}" for letter in "abcde"]


@pytest.mark.parametrize(
    ("formed", "kind"),
    [
        (date(2018, 9, 30), CaseKind.KNOWN),
        (date(2018, 10, 1), CaseKind.NEW),
        (None, CaseKind.RISK),
    ],
)
def test_new_cases_are_those_after_september_2018(formed: date | None, kind: CaseKind) -> None:
    """S9.3a."""
    assert kind_of(formed, DAY) is kind


def test_new_cases_are_listed_by_the_end_of_june() -> None:
    """S9.3a, S9.3: found early is what counts; a case that came later cannot be late."""
    assert not listed_late(date(2019, 5, 20), date(2021, 6, 30))
    assert listed_late(date(2019, 5, 20), date(2021, 7, 1))
    assert not listed_late(date(2018, 9, 30), date(2021, 7, 1))
    assert not listed_late(date(2021, 7, 1), date(2021, 7, 2))
    assert (days_left(YEAR_END, YEAR_END), days_left(YEAR_END, date(2022, 1, 1))) == (0, -1)


def test_the_columns_of_a_row_must_agree() -> None:
    """S9.3b: a judged case has its judgment; nothing that happened lies in the future."""
    late = date(2021, 4, 7)
    assert ledger_refusals("S9.1c", date(2019, 1, 1), None, DAY) == []
    found = ledger_refusals("S9.1a", late, None, DAY)
    assert [(key, code) for key, code, _ in found] == [
        ("judged_on", "judgment-missing"),
        ("formed_on", "in-future"),
    ]
    assert ledger_refusals("S9.1b", None, late, DAY)[0][:2] == ("judged_on", "in-future")


def test_a_judgment_is_entered_once() -> None:
    """S9.1b."""
    assert judgment_refusals("S9.1b", None, DAY, DAY) == []
    assert [r.code for r in judgment_refusals("S9.1c", None, DAY, DAY)] == ["no-judgment-awaited"]
    again = judgment_refusals("S9.1b", DAY, date(2021, 4, 7), DAY)
    assert [r.code for r in again] == ["no-judgment-awaited", "in-future"]


@pytest.mark.parametrize("mode", [ResettlementMode.MONEY, ResettlementMode.OFF_SITE])
def test_money_or_another_place_only_by_consent(mode: ResettlementMode) -> None:
    """S9.1d: 经棚改居民同意后."""
    (reason,) = resettlement_refusals(5, 5, mode, None, "/items/0")
    assert (reason.code, reason.clause) == ("consent-missing", "S9.1d")
    assert resettlement_refusals(5, 5, mode, "同意书1号", "/items/0") == []
    assert resettlement_refusals(5, 5, ResettlementMode.MOVED_IN, None, "/items/0") == []


def test_no_more_households_than_are_left() -> None:
    """S9.3c."""
    (reason,) = resettlement_refusals(6, 5, ResettlementMode.MOVED_IN, None, "/items/0")
    assert (reason.code, reason.pointer) == ("above-remaining", "/items/0/households")


@pytest.mark.parametrize(
    ("verifier", "own"),
    [
        (Verifier("a", "省督导组"), False),
        (Verifier("clerk", "省督导组"), True),
        (Verifier("a", "住建局"), True),
        (Verifier("a", "责任单位"), True),
    ],
    ids=["outsider", "who recorded it", "the recording office", "the responsible unit"],
)
def test_nobody_strikes_off_his_own_case(verifier: Verifier, own: bool) -> None:
    """S9.0, S9.3c: 销号 is done from outside."""
    recorders = {Verifier("clerk", "住建局")}
    found = verification_refusals(verifier, "责任单位", recorders, "/items/0/id")
    assert bool(found) is own
