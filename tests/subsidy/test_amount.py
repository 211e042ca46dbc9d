"""The monthly amount: the formula at its edges, what its stored steps are worth (J281, S2.9)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.subsidy.batch.rules import (
    KnownPayment,
    ReturnLine,
    Sums,
    closing_refusals,
    failure_code,
    return_verdict,
    separation_refusals,
)
from services.subsidy.grant.amount import HouseholdFacts, Terms, monthly_amount, rework
from services.subsidy.grant.rules import first_month, hold, next_month, stop_month
from services.subsidy.progress.rules import days_left, task_due_on

TERMS = Terms(
    document_no="长政办发〔2020〕11号",
    per_capita_sqm=Decimal("15.00"),
    household_cap_sqm=Decimal("60.00"),
    unit_price_fen=700,
    coefficients={"minimum": Decimal("1.0"), "low": Decimal("0.8"), "middle": Decimal("0.5")},
    counted_persons={},
)
HOME = HouseholdFacts(size=3, own_area_sqm=Decimal("21.50"), tier="minimum")


@pytest.mark.parametrize(
    ("home", "terms", "expected_fen"),
    [
        ({}, {}, 16_450),
        ({"tier": "low"}, {}, 13_160),
        ({"tier": "middle"}, {}, 8_225),
        ({"size": 6, "own_area_sqm": Decimal(0)}, {}, 42_000),
        ({"own_area_sqm": Decimal("45.00")}, {}, 0),
        ({"own_area_sqm": Decimal("44.99")}, {}, 7),
        ({"own_area_sqm": Decimal("44.99"), "tier": "middle"}, {}, 4),
        ({"size": 1, "own_area_sqm": Decimal(0)}, {"counted_persons": {1: Decimal(2)}}, 21_000),
        ({"rent_fen": 10_000}, {}, 16_450),
        ({"rent_fen": 10_000}, {"cap_at_rent": True}, 10_000),
        ({"rent_fen": None}, {"cap_at_rent": True}, 16_450),
        ({"own_area_sqm": Decimal("44.99")}, {"floor_fen": 5_000}, 5_000),
        ({"own_area_sqm": Decimal("45.00")}, {"floor_fen": 5_000}, 0),
    ],
    ids=[
        "低保三人", "低收入系数0.8", "中等偏下系数0.5", "六人封顶60平方米", "自有面积正好达标",
        "差0.01平方米", "3.5分进为4分", "一人户按两人计", "不设租金限额", "不超过实际租金",
        "租金未知暂不限", "低于最低补贴", "面积为零不补最低",
    ],
)  # fmt: skip
def test_the_monthly_amount(home: dict[str, Any], terms: dict[str, Any], expected_fen: int) -> None:
    """J281: min(15 × persons, 60) − own area, × 7.00 yuan × coefficient, rounded half up."""
    worked = monthly_amount(replace(HOME, **home), replace(TERMS, **terms))
    assert worked.monthly_fen == expected_fen


def test_every_step_names_its_value_and_its_source() -> None:
    """J281: an auditor reads from the steps which document gave which number."""
    steps = {step["term"]: step for step in monthly_amount(HOME, TERMS).steps}
    assert steps["unit_price_yuan"]["source"] == "长政办发〔2020〕11号"
    assert steps["own_area_sqm"] == {
        "term": "own_area_sqm",
        "label": "自有住房面积（㎡）",
        "value": "21.50",
        "source": "申请核准结果",
    }
    assert (steps["area_sqm"]["value"], steps["monthly_yuan"]["value"]) == ("23.50", "164.50")


areas = st.decimals("0", "120", places=2)
rents = st.none() | st.integers(1, 500_000)


@given(
    size=st.integers(1, 10),
    own=areas,
    tier=st.sampled_from(("minimum", "low", "middle")),
    rent_fen=rents,
    price=st.integers(1, 5_000),
    cap_at_rent=st.booleans(),
    floor_fen=st.integers(0, 20_000),
)
def test_the_stored_steps_give_the_same_amount_again(
    size: int, own: Decimal, tier: str, rent_fen: int | None, price: int, cap_at_rent: bool,
    floor_fen: int,
) -> None:  # fmt: skip
    """J281: from the steps alone comes the same amount by the same steps; never above 60 ㎡."""
    home = HouseholdFacts(size, own, tier, rent_fen)
    terms = replace(TERMS, unit_price_fen=price, cap_at_rent=cap_at_rent, floor_fen=floor_fen)
    worked = monthly_amount(home, terms)
    assert rework(worked.steps) == worked
    assert 0 <= worked.monthly_fen <= max(60 * price, floor_fen)
    if own >= 60:
        assert worked.monthly_fen == 0
    if cap_at_rent and rent_fen is not None and not floor_fen:
        assert worked.monthly_fen <= rent_fen


@given(own=areas, more=areas, price=st.integers(1, 5_000))
def test_who_owns_more_gets_no_more(own: Decimal, more: Decimal, price: int) -> None:
    """J281: the subsidy never grows with the household's own area."""
    terms = replace(TERMS, unit_price_fen=price)
    less = monthly_amount(replace(HOME, own_area_sqm=own + more), terms).monthly_fen
    assert less <= monthly_amount(replace(HOME, own_area_sqm=own), terms).monthly_fen


@pytest.mark.parametrize(
    ("has_other", "has_standard", "monthly_fen", "expected"),
    [
        (False, True, 1, ""),
        (False, True, 0, "no-amount"),
        (False, False, 0, "no-standard"),
        (True, True, 100, "household-has-grant"),
        (True, False, 0, "household-has-grant"),
    ],
)
def test_why_a_grant_waits(
    has_other: bool, has_standard: bool, monthly_fen: int, expected: str
) -> None:
    """S1.3, S2.5: one guarantee a household, and nobody entitled is lost."""
    found = hold(has_other=has_other, has_standard=has_standard, monthly_fen=monthly_fen)
    assert found == expected


@pytest.mark.parametrize(
    ("pays_from", "last_batch", "expected"),
    [
        ("month-of-agreement", None, "2021-04"),
        ("month-of-agreement", "2021-03", "2021-04"),
        ("month-of-agreement", "2021-04", "2021-05"),
        ("month-after", None, "2021-05"),
        ("month-after", "2021-06", "2021-07"),
    ],
)
def test_the_first_payable_month(pays_from: str, last_batch: str | None, expected: str) -> None:
    """J281, S2.9: as the standard says, but no month whose batch is already made is promised."""
    assert first_month(date(2021, 4, 21), pays_from, last_batch) == expected


def test_months_and_stops_cross_the_year() -> None:
    """J281, S1.3: a grant stops with the month after the change."""
    assert (next_month("2021-11"), next_month("2021-12")) == ("2021-12", "2022-01")
    assert stop_month(date(2021, 12, 1)) == stop_month(date(2021, 12, 31)) == "2022-01"


def test_the_task_of_the_year_is_due_on_30_november() -> None:
    """S2.12: 11月底前."""
    assert task_due_on(2021) == date(2021, 11, 30)
    assert days_left(2021, date(2021, 11, 30)) == 0
    assert days_left(2021, date(2021, 12, 1)) == -1


def test_three_persons_make_check_and_approve() -> None:
    """S2.9: whoever did an earlier step is told which one it was."""
    assert separation_refusals("c", {"made_by": "a", "checked_by": "b"}) == []
    (reason,) = separation_refusals("b", {"made_by": "a", "checked_by": "b"})
    assert "复核人" in reason.detail


def test_a_batch_closes_when_every_line_is_finished_and_the_sums_agree() -> None:
    """S2.9, S2.12: open lines, unsent reissues and differing sums are all told at once."""
    good = Sums(3, 300, {"paid": (2, 200), "replaced": (1, 100)})
    assert closing_refusals(good, 0) == []
    bad = Sums(4, 500, {"paid": (1, 100), "failed": (1, 100), "pending": (1, 100)})
    codes = {reason.code for reason in closing_refusals(bad, 1)}
    assert codes == {"lines-pending", "lines-failed", "reissues-unsent", "sums-differ"}


@pytest.mark.parametrize(
    ("paid", "amount", "state", "expected"),
    [
        (True, 100, "pending", "pay"),
        (False, 100, "pending", "fail"),
        (True, 101, "pending", "amount-mismatch"),
        (True, 100, "paid", "done"),
        (False, 100, "failed", "done"),
        (False, 100, "replaced", "done"),
        (False, 100, "paid", "result-contradicts"),
        (True, 100, "failed", "result-contradicts"),
        (True, 100, "cancelled", "result-contradicts"),
    ],
)
def test_what_a_line_of_the_bank_means(paid: bool, amount: int, state: str, expected: str) -> None:
    """S2.9: every line pays, fails, repeats what is known, or is not taken."""
    assert return_verdict(ReturnLine(amount, paid), KnownPayment(100, state)) == expected


def test_the_words_of_the_bank_become_codes() -> None:
    """S2.9: the bank's own words may name a person and are not kept."""
    assert return_verdict(ReturnLine(1, True), None) == "payment-unknown"
    assert failure_code("账号与户名不符") == "account-name-mismatch"
    assert failure_code("该户已销户") == "account-closed"
    assert failure_code("账户冻结") == "account-frozen"
    assert failure_code("账号不存在") == "account-unknown"
    assert failure_code("张三的卡有问题") == failure_code(None) == "other"
