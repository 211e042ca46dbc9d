"""Certificate numbers, credit codes, phones and accounts: good, bad and never repeated back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.identity import bank_card, make_resident_id, phone, resident_id, uscc
from shared.problems import Refused


@pytest.mark.parametrize(
    "number",
    ["11010519491231002X", "220102198506170011", "22020319720229002X", "222401199612311232",
     "220381196801051143", "220581200111092087", "220184195904010276", "22080219780808004X",
     "11010519491231002x", " 220102198506170011 ", "２２０１０２１９８５０６１７００１１"],
)  # fmt: skip
def test_good_numbers(number: str) -> None:
    assert len(resident_id(number).number) == 18


@pytest.mark.parametrize(
    ("number", "code"),
    [("220102198506170012", "checksum"), ("220102198502300013", "date"),
     ("22010219850617001", "form"), ("000102198506170011", "form"), ("220102850617001", "15"),
     ("990102198506170011", "region"), ("22010218000101001X", "date"), ("", "form"),
     ("3.30106E+17", "form"), ("22010219850617001\u0661", "form")],
)  # fmt: skip
def test_bad_numbers(number: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        resident_id(number)
    assert caught.value.code == f"resident-id-{code}"
    assert not number or number not in caught.value.detail


def test_meaning_of_a_number() -> None:
    person = resident_id("220381196801051143", on=date(2021, 4, 1))
    assert (person.address_code, person.birth, person.sex) == ("220381", date(1968, 1, 5), "女")
    assert person.age_on(date(2021, 1, 4)) == 52
    assert person.age_on(date(2021, 1, 5)) == 53
    assert person.place_known
    assert "196801" not in repr(person)


def test_nobody_is_born_after_the_day() -> None:
    with pytest.raises(Refused, match="resident-id-date"):
        resident_id("220581200111092087", on=date(2001, 11, 8))


@given(st.dates(date(1900, 1, 1), date(2021, 4, 1)), st.integers(1, 999))
def test_made_numbers_are_valid(birth: date, serial: int) -> None:
    found = resident_id(make_resident_id("220102", birth, serial))
    assert found.birth == birth
    assert found.sex == ("男" if serial % 2 else "女")


def test_credit_codes() -> None:
    assert uscc("91350100m000100y43") == "91350100M000100Y43"
    assert uscc("91512081MA62K0260E")
    for bad in ("91350100M000100Y4Z", "91310115MA1G4L1WXK", "9135", "", "91350100I000100Y43"):
        with pytest.raises(Refused, match="uscc"):
            uscc(bad)


def test_phones() -> None:
    assert phone("138 0000 1111") == "13800001111"
    assert phone("+8613800001111") == "13800001111"
    assert phone("0431-88900000") == "0431-88900000"
    for bad in ("12800001111", "1380000111", "abc", "", "1.38E+10"):
        with pytest.raises(Refused, match="phone"):
            phone(bad)


def test_accounts() -> None:
    assert bank_card("4111111111111111").warning == ""
    assert bank_card("4111111111111112").warning
    for bad in ("1234567", "1" * 31, "62220212345678901X", ""):
        with pytest.raises(Refused, match="bank-account"):
            bank_card(bad)
