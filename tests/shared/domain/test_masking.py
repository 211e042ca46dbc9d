"""What a public notice and an internal list show (PIPL.51)."""

import pytest

from shared.domain.masking import (
    mask_account,
    mask_id_internal,
    mask_id_public,
    mask_name,
    mask_phone,
)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("张三", "张*"), ("张小明", "张*明"), ("欧阳小明", "欧阳*明"), ("欧阳明", "欧阳*"),
     ("张欧小明", "张**明"), ("东方", "东*"), ("买买提·艾力", "买****力"), ("李", "*"), ("", "")],
)  # fmt: skip
def test_names(name: str, shown: str) -> None:
    assert mask_name(name) == shown


def test_numbers() -> None:
    number = "220102198506170011"
    assert mask_id_public(number) == "22*************011"
    assert mask_id_internal(number) == "220102********0011"
    assert mask_phone("13800001234") == "138****1234"
    assert mask_phone("0431-88900000") == "*********0000"
    assert mask_account("6222021234567890128") == "****0128"


@pytest.mark.parametrize("mask", [mask_id_public, mask_id_internal, mask_phone])
@pytest.mark.parametrize("short", ["", "1", "12345"])
def test_short_values_do_not_shine_through(mask: object, short: str) -> None:
    assert callable(mask)
    assert mask(short)[:2] == "*" * min(len(short), 2)


def test_a_short_account_is_hidden_whole() -> None:
    assert mask_account("12345678") == "****"
