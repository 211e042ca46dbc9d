"""Compensation and reward rules at their edges (S8.6, S8.7)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.expropriation.compensation.rules import Standards, compensation, house_value_fen
from services.expropriation.programme.rules import SigningPeriod
from services.expropriation.reward.rules import RewardKind, RewardTier, reward, tier_faults

PERIOD = SigningPeriod(date(2021, 4, 9), date(2021, 6, 7))
FIXED = (
    RewardTier(1, 10, RewardKind.FIXED, Decimal("30000.00")),
    RewardTier(11, 30, RewardKind.FIXED, Decimal("10000.00")),
)


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(2021, 4, 8), None),
        (date(2021, 4, 9), 1),
        (date(2021, 4, 18), 10),
        (date(2021, 4, 19), 11),
        (date(2021, 6, 7), 60),
        (date(2021, 6, 8), None),
    ],
    ids=["the day before", "first", "tenth", "eleventh", "last", "the day after"],
)
def test_days_of_the_period_are_counted_from_one(day: date, number: int | None) -> None:
    assert PERIOD.day_number(day) == number


@pytest.mark.parametrize(
    ("area", "price_fen", "expected_fen"),
    [("42.50", 520_000, 22_100_000), ("0.01", 50, 1), ("0.01", 49, 0), ("33.33", 333, 11_099)],
    ids=["a home", "half a fen is a fen", "less is nothing", "rounded once"],
)
def test_house_value(area: str, price_fen: int, expected_fen: int) -> None:
    """S8.6: area × unit price, half up to the fen."""
    assert house_value_fen(Decimal(area), price_fen) == expected_fen


def test_every_step_of_a_compensation_shows_its_working() -> None:
    """S8.6, R590.25: value, moving fee, and the transition fee of an exchange."""
    standards = Standards(520_000, 150_000, 1_000, 24)
    steps = compensation(standards, Decimal("50.25"), "exchange")
    assert [(s.code, s.working, s.fen) for s in steps] == [
        ("house-value", "50.25 平方米 × 5200.00 元/平方米", 26_130_000),
        ("moving-fee", "每户 1500.00 元", 150_000),
        ("transition-fee", "50.25 平方米 × 10.00 元/平方米·月 × 24 个月", 1_206_000),
    ]
    assert [s.code for s in compensation(standards, Decimal("50.25"), "money")] == [
        "house-value",
        "moving-fee",
    ]


@pytest.mark.parametrize(
    ("day", "expected_fen"),
    [(1, 3_000_000), (10, 3_000_000), (11, 1_000_000), (30, 1_000_000), (31, 0)],
)
def test_fixed_reward_by_day(day: int, expected_fen: int) -> None:
    """S8.7: the tier is that of the day; after the last tier there is none."""
    assert reward(FIXED, day, Decimal("42.50"), 22_100_000).fen == expected_fen


def test_reward_per_square_metre_and_percent_with_a_cap() -> None:
    """S8.6: both kinds show their working, and what the cap leaves."""
    area, value_fen = Decimal("42.55"), 22_126_000
    per_sqm = reward((RewardTier(1, 5, RewardKind.PER_SQM, Decimal(500)),), 3, area, value_fen)
    assert (per_sqm.fen, per_sqm.working) == (
        2_127_500,
        "签约期第 3 天：42.55 平方米 × 500 元/平方米",
    )
    percent = reward((RewardTier(1, 5, RewardKind.PERCENT, Decimal("12.5")),), 3, area, value_fen)
    assert (percent.fen, percent.working) == (
        2_765_750,
        "签约期第 3 天：房屋价值 221260.00 元 × 12.5%",
    )
    capped = reward(
        (RewardTier(1, 5, RewardKind.PERCENT, Decimal("12.5"), 2_000_000),), 3, area, value_fen
    )
    assert capped.fen == 2_000_000
    assert capped.working.endswith("，上限 20000.00 元")


def tier(**changes: Any) -> RewardTier:
    """The second tier of ten and twenty days, changed."""
    usual = {"from_day": 11, "to_day": 30, "kind": RewardKind.FIXED, "value": Decimal(1)}
    return RewardTier(**{**usual, **changes})


CAPPED = tier(from_day=1, to_day=10, cap_fen=5)


@pytest.mark.parametrize(
    ("tiers", "code", "pointer"),
    [
        ((tier(),), "tier-gap", "/tiers/0/from_day"),
        ((FIXED[0], tier(from_day=12)), "tier-gap", "/tiers/1/from_day"),
        ((FIXED[0], tier(from_day=10)), "tier-gap", "/tiers/1/from_day"),
        ((FIXED[0], tier(to_day=61)), "tier-beyond-period", "/tiers/1/to_day"),
        ((FIXED[0], tier(to_day=10)), "tier-days", "/tiers/1/to_day"),
        ((FIXED[0], tier(value=Decimal("30000.01"))), "tier-grows", "/tiers/1/value"),
        ((FIXED[0], tier(kind=RewardKind.PER_SQM)), "tier-kinds", "/tiers/1/kind"),
        ((tier(kind=RewardKind.PERCENT, value=Decimal(101)),), "tier-value", "/tiers/0/value"),
        ((tier(from_day=1, value=Decimal("0.001")),), "tier-value", "/tiers/0/value"),
        ((CAPPED, tier()), "tier-grows", "/tiers/1/cap_yuan"),
        ((CAPPED, tier(cap_fen=6)), "tier-grows", "/tiers/1/cap_yuan"),
    ],
)  # fmt: skip
def test_tiers_that_may_not_be_published(
    tiers: tuple[RewardTier, ...], code: str, pointer: str
) -> None:
    """S8.7: each fault names its tier."""
    faults = tier_faults(tiers, PERIOD.days)
    assert (code, pointer, "S8.7") in [(f.code, f.pointer, f.clause) for f in faults]


def test_the_published_tiers_are_good() -> None:
    assert tier_faults(FIXED, PERIOD.days) == ()


caps = st.none() | st.integers(0, 10**7)
values = st.decimals(Decimal("0.01"), Decimal(100), places=2)
steps = st.lists(st.tuples(st.integers(1, 9), values, caps), min_size=1, max_size=4)


@given(
    steps,
    st.sampled_from(RewardKind),
    st.decimals(Decimal("0.01"), Decimal(500), places=2),
    st.integers(0, 10**9),
)
def test_nobody_gains_by_waiting(
    steps: list[tuple[int, Decimal, int | None]], kind: RewardKind, area: Decimal, value_fen: int
) -> None:
    """S8.7: with tiers that may be published, a later day never gives any house more."""
    ladder: list[RewardTier] = []
    ordered = sorted(steps, key=lambda step: -step[1])
    ceilings = sorted((step[2] for step in steps), key=lambda cap: -(10**9 if cap is None else cap))
    for (length, value, _), cap in zip(ordered, ceilings, strict=True):
        start = ladder[-1].to_day + 1 if ladder else 1
        ladder.append(RewardTier(start, start + length - 1, kind, value, cap))
    assume(tier_faults(ladder, 60) == ())
    rewards = [reward(ladder, day, area, value_fen).fen for day in range(1, 61)]
    assert rewards == sorted(rewards, reverse=True)
