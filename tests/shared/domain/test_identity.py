"""Certificate numbers, credit codes, phones and accounts: good, bad and never repeated back.

IN.identity.
"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.counties import county
from shared.domain.identity import (
    account_no,
    make_card_no,
    make_resident_id,
    person_name,
    phone,
    resident_id,
    uscc,
)
from shared.domain.problems import Refused


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
    """a UnionPay card has a check digit; a passbook of any other number has none."""
    assert account_no("6222 0220-0101 2345 670") == "6222022001012345670"
    assert account_no("4111111111111112") == "4111111111111112"
    assert make_card_no("622848040000000000") == "6228480400000000002"
    for bad in ("1234567", "1" * 31, "62220212345678901X", "", "00000000", "１２"):
        with pytest.raises(Refused, match="bank-account"):
            account_no(bad)
    for bad in ("6222022001012345678", "6222022001012354670"):
        with pytest.raises(Refused, match="bank-card-checksum"):
            account_no(bad)


def test_names_are_chinese_characters() -> None:
    """what looks like a character is that character, or is refused."""
    for name in ("张三", "𠮷田美", "〇一", "阿卜杜拉·买买提", "欧阳娜娜"):
        assert person_name(name) == name
    assert person_name("阿卜杜拉•买买提") == "阿卜杜拉·买买提"
    assert person_name("\u2f24\u5c71") == "大山"  # a radical that looks like 大
    assert person_name("\uf9e4名") == "\u7406名"
    for bad in (
        "", "张", "张3", "<甲>", "张三（先生）", "Аnna", "Anna", "مرحبا", "😀😀", "·张三", "张三·",
        "张··三", "张 三", "=1+1", "\u2e81\u2e81", "張\U000e0100三", "甲" * 51,
    ):  # fmt: skip
        with pytest.raises(Refused, match="name-form"):
            person_name(bad)


def test_homes_are_counties_in_force() -> None:
    """of Jilin to the day, elsewhere to the year."""
    day, before = date(2021, 4, 1), date(2020, 6, 18)
    for code, name in (
        ("220102", "南关区"), ("220581", "梅河口市"), ("229900", "长白山保护开发区管理委员会"),
        ("330102", "上城区"), ("110115", "大兴区"), ("441900", "东莞市"), ("620200", "嘉峪关市"),
    ):  # fmt: skip
        assert county(code, day) == name
    assert county("220381", before) == "公主岭市"
    for code, on, refusal in (
        ("220381", day, "region-not-in-force"), ("220184", before, "region-not-in-force"),
        ("110103", day, "region-not-in-force"), ("220000", day, "region-not-a-county"),
        ("220100", day, "region-not-a-county"), ("330100", day, "region-not-a-county"),
        ("110000", day, "region-not-a-county"), ("110100", day, "region-not-a-county"),
        ("220101", day, "region-unknown"), ("999999", day, "region-unknown"),
        ("000000", day, "region-unknown"), ("830000", day, "region-unknown"),
        ("330199", day, "region-unknown"), ("２２０１０２", day, "region-unknown"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=refusal):
            county(code, on)
