"""Strict bodies: what is cleaned, what is refused, and how money looks outside."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError
from pydantic_core import PydanticCustomError

from shared.domain.fields import Area, Day, Input, Item, Line, Output, Rate, Yuan, clean


class Sheet(Input):
    name: Line = "-"
    amount: Yuan | None = None
    area: Area = Decimal(0)
    share: Rate = Decimal(0)
    day: Day | None = None
    tags: tuple[Line, ...] = ()
    checks: dict[str, Any] = Field(default_factory=dict)


class Shown(Output):
    amount: Yuan
    area: Area


def test_text_is_stripped_and_composed() -> None:
    assert Sheet.model_validate({"name": " e\u0301 王·买提𠮷 "}).name == "é 王·买提𠮷"


@pytest.mark.parametrize(
    "bad", ["\x00", "a\x07", "a\u200b", "a\u202e", "\ufeffa", "\ud800", "\ue000"]
)
def test_invisible_characters_are_refused_everywhere(bad: str) -> None:
    for body in ({"name": bad}, {"tags": [bad]}, {"checks": {"k": bad}}, {"checks": {bad: 1}}):
        with pytest.raises(ValidationError):
            Sheet.model_validate(body)


@pytest.mark.parametrize(
    "body",
    [
        {"amount": 1},
        {"amount": 1.5},
        {"amount": "１２"},
        {"amount": "1,000"},
        {"amount": ""},
        {"amount": True},
        {"area": 45.5},
        {"area": "-1"},
        {"area": "1.234"},
        {"area": "NaN"},
        {"area": "Infinity"},
        {"share": "0.12345"},
        {"day": "2021/04/01"},
        {"day": "2021-04-01T00:00:00"},
        {"day": 20210401},
        {"tags": ["x"] * 1001},
        {"tags": "x"},
        {"checks": {"a": 1.0}},
        {"checks": {"a": 2**60}},
        {"unknown": 1},
    ],
)
def test_what_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Sheet.model_validate(body)


def test_what_is_read() -> None:
    sheet = Sheet.model_validate(
        {"amount": "1234.5", "area": "45.50", "share": "0.85", "day": "2021-04-01"}
    )
    assert (sheet.amount, sheet.area, sheet.share) == (123450, Decimal("45.50"), Decimal("0.85"))
    assert sheet.day == date(2021, 4, 1)
    assert Sheet.model_validate({"checks": {"a": {"b": [1, True, None]}}}).checks["a"]["b"][0] == 1


@given(st.integers(-(10**15), 10**15))
def test_money_makes_the_round_trip(amount: int) -> None:
    shown = Shown(amount=amount, area=Decimal("1.50")).model_dump(mode="json")
    assert shown["area"] == "1.50"
    assert Sheet.model_validate({"amount": shown["amount"]}).amount == amount


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    try:
        once = clean(text)
    except PydanticCustomError:
        return
    assert clean(once) == once


def test_an_item_needs_a_version_from_one_on() -> None:
    with pytest.raises(ValidationError):
        Item.model_validate({"id": str(UUID(int=1)), "version": 0})
