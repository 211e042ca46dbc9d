"""Numbers that name people and organisations: form, checksum, meaning. Never their owner's data.

No error text repeats the number it refuses.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from stdnum import luhn, numdb
from stdnum.cn import ric
from stdnum.cn import uscc as credit_code
from stdnum.exceptions import ValidationError

from shared.domain.problems import Refused

_PROVINCES = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[123]")
_RESIDENT = re.compile(r"[1-9][0-9]{16}[0-9X]")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(0[0-9]{2,3}-?)?[2-9][0-9]{6,7}(-[0-9]{1,6})?")


LONGEST_NAME = 50
_DOTS = str.maketrans(dict.fromkeys("•‧・･∙⋅．.", "·"))
"""What is typed for the middle dot."""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().upper()


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A valid 公民身份号码 (GB 11643). The number stays out of `repr`."""

    number: str = field(repr=False)
    address_code: str = field(repr=False)
    birth: date = field(repr=False)
    sex: Literal["男", "女"] = field(repr=False)

    def age_on(self, day: date) -> int:
        """Full years of age on `day`."""
        before = (day.month, day.day) < (self.birth.month, self.birth.day)
        return day.year - self.birth.year - before

    @property
    def place_known(self) -> bool:
        """Whether the address code is or was one of the standard; codes die, people stay."""
        return any(found for _, found in numdb.get("cn/loc").info(self.address_code))


def resident_id(text: str, *, on: date | None = None) -> ResidentId:
    """Read a resident id number; `on` is the day the person must have been born by.

    Any address code of a known province is accepted, current or historical. Raises `Refused`
    with "resident-id-15", -form, -region, -date or -checksum.
    """
    number = _plain(text)
    if re.fullmatch(r"[0-9]{15}", number):
        raise Refused("resident-id-15", "15位身份证号码自2013年1月1日起停用，请填写18位号码。")
    if not _RESIDENT.fullmatch(number):
        raise Refused("resident-id-form", "证件号码应为18位公民身份号码。")
    if not _PROVINCES.match(number):
        raise Refused("resident-id-region", "证件号码的地址码不存在。")
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise Refused("resident-id-date", "证件号码中的出生日期不存在。") from None
    if birth < date(1900, 1, 1) or (on is not None and birth > on):
        raise Refused("resident-id-date", "证件号码中的出生日期不在合理范围内。")
    if ric.calc_check_digit(number) != number[17]:
        raise Refused("resident-id-checksum", "证件号码校验位不正确，请核对。")
    return ResidentId(number, number[:6], birth, "男" if int(number[16]) % 2 else "女")


def make_resident_id(region: str, birth: date, serial: int) -> str:
    """A synthetic number with a right checksum for demonstrations and tests (serial 1 to 999)."""
    body = f"{region}{birth:%Y%m%d}{serial:03d}"
    return body + ric.calc_check_digit(body + "0")


def uscc(text: str) -> str:
    """Read a 统一社会信用代码 (GB 32100). Raises `Refused` ("uscc")."""
    try:
        return str(credit_code.validate(_plain(text)))
    except ValidationError:
        raise Refused("uscc", "统一社会信用代码应为18位且校验位正确。") from None


def phone(text: str) -> str:
    """Read a mobile or fixed number, without blanks. Raises `Refused` ("phone")."""
    number = re.sub(r"[\s]", "", _plain(text)).removeprefix("+86")
    if not (_MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number)):
        raise Refused("phone", "联系电话应为11位手机号码或固定电话。")
    return number


def account_no(text: str) -> str:
    """Read an account number of 8 to 30 digits, without blanks and dashes.

    A UnionPay card number (62…, 16 to 19 digits) has a check digit by Luhn (GB/T 15694.1, ISO/IEC
    7812-1); passbooks and accounts of organisations have none. Raises `Refused` ("bank-account",
    "bank-card-checksum").
    """
    number = re.sub(r"[\s-]", "", _plain(text))
    if not re.fullmatch(r"[0-9]{8,30}", number) or len(set(number)) == 1:
        raise Refused("bank-account", "银行账号应为8至30位数字。")
    if re.fullmatch(r"62[0-9]{14,17}", number) and not luhn.is_valid(number):
        raise Refused("bank-card-checksum", "银行卡号校验位不正确，请核对。")
    return number


def make_card_no(start: str) -> str:
    """A synthetic card number with a right check digit for demonstrations and tests."""
    return start + str(luhn.calc_check_digit(start))


def person_name(text: str) -> str:
    """Read a name as identity cards have it: Chinese characters, with "·" between parts.

    Cards are filled in with standard Chinese characters (居民身份证法 art. 4). Radicals and other
    look-alikes of a character, which would hide that two names are the same, are refused or become
    the character. Raises `Refused` ("name-form").
    """
    name = unicodedata.normalize("NFKC", text).strip().translate(_DOTS)
    if not 2 <= len(name) <= LONGEST_NAME or not all(map(_is_chinese, name.split("·"))):
        detail = f"姓名应为2至{LONGEST_NAME}个汉字，少数民族姓名中间可有“·”。"
        raise Refused("name-form", detail)
    return name


def _is_chinese(part: str) -> bool:
    return bool(part) and all(
        character == "〇" or unicodedata.name(character, "").startswith("CJK UNIFIED IDEOGRAPH")
        for character in part
    )
