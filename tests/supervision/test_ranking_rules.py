"""S6.6: the score is open arithmetic; ties share a place; the order of input does not matter."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.supervision.bulletin.rules import (
    Standing,
    closing_refusals,
    composite,
    points,
    rank,
    share,
    weighted_starts,
)

ON = date(2021, 4, 30)
D = Decimal


def standing(unit: str, task: int, started: int = 0, month: int = 4, **more: int) -> Standing:
    amounts = {name: D(value) for name, value in more.items()}
    return Standing(unit, D(task), {month: D(started)} if started else {}, **amounts)


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (1, 3, "0.3333"),
        (2, 3, "0.6667"),
        (1, 20_000, "0.0001"),
        (1, 20_001, "0.0000"),
        (5, 4, "1.0000"),
        (-1, 4, "0.0000"),
    ],
)
def test_a_share_has_four_places_rounded_half_up_and_stays_within_one(
    part: int, whole: int, expected: str
) -> None:
    """S6.6."""
    assert str(share(D(part), D(whole))) == expected
    assert share(D(part), D(0)) is None


def test_early_starts_count_in_full_later_ones_less() -> None:
    """S6.6, S6.1: 早开工 — 1.0 to June, 0.9 to September, 0.8 to December."""
    assert weighted_starts({month: D(10) for month in range(1, 7)}, ON) == 60
    assert weighted_starts({7: D(10), 9: D(10)}, ON) == 18
    assert weighted_starts({10: D(10), 12: D(10)}, ON) == 16


def test_parts_without_a_base_do_not_lower_the_mean() -> None:
    """S6.6."""
    parts, mean = composite(
        standing("220100", 100, completed_units=50, overdue_resettled=3, overdue_households=4)
    )
    assert [part.value for part in parts] == [D("0.5000"), None, None, D("0.7500")]
    assert mean == D("0.6250")
    assert composite(standing("220100", 0))[1] == 0


def test_points_are_the_weighted_sum_in_two_places() -> None:
    """S6.6: 0.4, 0.4 and 0.2."""
    assert points(D(1), D(1), D(1), ON) == D("100.00")
    assert points(D("0.3333"), D("0.6667"), D("0.1250"), ON) == D("42.50")
    assert points(D("0.00005"), D(0), D("0.0001"), ON) == D("0.00")
    assert points(D("0.0001"), D(0), D("0.0001"), ON) == D("0.01")


def test_equal_points_share_a_place_the_larger_task_stands_first() -> None:
    """S6.6: 1, 2, 2, 4; within a place the larger task, then the code."""
    found = rank(
        [
            standing("220400", 100, 50),
            standing("220300", 100, 50),
            standing("220200", 75, 56),
            standing("220100", 200, 200),
            standing("220500", 0),
        ],
        ON,
    )
    assert [(score.unit, score.place) for score in found] == [
        ("220100", 1),
        ("220200", 2),
        ("220300", 3),
        ("220400", 3),
        ("220500", 5),
    ]
    tied = rank([standing("220100", 100, 0), standing("220200", 50, 25)], ON)
    assert [(s.unit, s.place, str(s.points)) for s in tied] == [
        ("220100", 1, "40.00"),
        ("220200", 1, "40.00"),
    ]


def test_a_score_shows_everything_it_was_made_of() -> None:
    """S6.6."""
    (score,) = rank([standing("220100", 200, 90, 8, invested_fen=1, planned_investment_fen=4)], ON)
    assert (score.weighted_starts, score.start_progress) == (D("81.0"), D("0.4050"))
    assert (score.task_norm, score.composite) == (D("1.0000"), D("0.1250"))
    assert score.points == D("58.70")


def test_nobody_has_a_task_yet() -> None:
    assert [s.points for s in rank([standing("220100", 0), standing("220200", 0)], ON)] == [0, 0]


UNITS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 900), st.integers(1, 12), st.integers(0, 9)),
    min_size=1,
    max_size=12,
)


@given(UNITS, st.randoms(use_true_random=False))
def test_any_order_of_units_gives_the_same_ranking(
    rows: list[tuple[int, int, int, int]], dice: Random
) -> None:
    """S6.6: the same facts in any order; places never fall as points rise."""
    known = [
        Standing(
            unit=f"{220100 + n}",
            task_units=D(task * 100),
            started_by_month={month: D(started)},
            overdue_resettled=D(resettled),
            overdue_households=D(9),
        )
        for n, (task, started, month, resettled) in enumerate(rows)
    ]
    first = rank(known, ON)
    dice.shuffle(known)
    assert rank(known, ON) == first
    for before, after in pairwise(first):
        assert before.points >= after.points
        assert (before.place == after.place) == (before.points == after.points)
    assert all(0 <= score.points <= 100 for score in first)


@pytest.mark.parametrize(
    ("month", "issued_on", "on", "codes"),
    [
        ("2021-04", date(2021, 5, 6), date(2021, 5, 6), []),
        ("2021-04", date(2021, 5, 11), date(2021, 5, 1), []),
        ("2021-04", date(2021, 5, 12), date(2021, 5, 1), ["issue-day"]),
        ("2021-04", date(2021, 5, 5), date(2021, 5, 6), ["issue-day"]),
        ("2021-04", date(2021, 4, 30), date(2021, 4, 30), ["month-not-over"]),
        ("2021-03", date(2021, 5, 6), date(2021, 5, 6), ["before-first-month"]),
        ("2021-06", date(2021, 5, 1), date(2021, 5, 6), ["month-not-over", "issue-day"]),
    ],
)
def test_a_month_is_closed_after_its_end_and_never_dated_back(
    month: str, issued_on: date, on: date, codes: list[str]
) -> None:
    """S11.1: 从4月份起每月通报一次."""
    assert [reason.code for reason in closing_refusals(month, issued_on, on)] == codes
