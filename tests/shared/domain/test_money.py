"""Fen, yuan and 万元 without floats.

IN.money.
"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.money import fen, round_half_up, wan, yuan
from shared.domain.problems import Refused


@given(st.integers(-(2**53), 2**53))
def test_yuan_text_reads_back(amount: int) -> None:
    assert fen(yuan(amount)) == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [("0", 0), ("0.5", 50), ("1,234.50", 123450), (" 12 ", 1200), ("-3.07", -307)],
)
def test_accepted_forms(text: str, amount: int) -> None:
    assert fen(text) == amount


@pytest.mark.parametrize(
    "text",
    ["", "1.234", "1e3", "١٢", "12元", "1,2", "12,34.00", "NaN", "01", ".5", "1_0", "9" * 16],
)
def test_refused_forms(text: str) -> None:
    with pytest.raises(Refused, match="money-form"):
        fen(text)


def test_wan() -> None:
    assert wan(123450000) == "123.45"
    assert wan(123_455_000_000, separators=True) == "123,455.00"
    assert wan(-5_000) == "-0.01"
    assert wan(1_500_000, places=0) == "2"


def test_halves_go_away_from_zero() -> None:
    assert [round_half_up(Decimal(v)) for v in ("0.5", "1.5", "-0.5", "2.49")] == [1, 2, -1, 2]
