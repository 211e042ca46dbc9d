"""The ledger as a file: the seven columns of S9.3b in their order, and what the deadline needs."""

from collections.abc import Callable
from datetime import date

from services.projects.overdue.rules import CATEGORIES
from shared.domain.fields import clean
from shared.domain.problems import Refused
from shared.domain.regions import PROVINCE, region
from shared.files.imports import ColumnSpec
from shared.law.citing import cite

LARGEST = 100_000
"""Households of one case."""


def _text(longest: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        cleaned = clean(text)
        if not cleaned or len(cleaned) > longest:
            raise Refused("text-length", f"应为1至{longest}个字。")
        return cleaned

    return read


def _households(text: str) -> int:
    plain = text.strip()
    if not plain.isascii() or not plain.isdigit() or not 0 < int(plain) <= LARGEST:
        raise Refused("not-a-number", "户数应为大于0的整数。")
    return int(plain)


def _day(text: str) -> date:
    plain = text.strip().replace("/", "-").replace(".", "-")
    try:
        return date.fromisoformat(plain)
    except ValueError:
        raise Refused("date-format", "日期应为 YYYY-MM-DD。") from None


def _region(text: str) -> str:
    found = region(text.strip())
    if found.code == PROVINCE:
        raise Refused("unknown-region", "应为市、县（市、区）的区划代码。")
    return found.code


def _category(text: str) -> str:
    code = text.strip()
    if code not in CATEGORIES:
        raise Refused("unknown-category", f"类别应为 {'、'.join(CATEGORIES)} 之一。")
    return code


COLUMNS = (
    ColumnSpec("region", "区划代码", True, _region),
    ColumnSpec("situation", "项目情况", True, _text(300)),
    ColumnSpec("households", "户数", True, _households),
    ColumnSpec("problem", "存在的问题", True, _text(2000)),
    ColumnSpec("measure", "具体措施办法", True, _text(2000)),
    ColumnSpec("promised_on", "完成时点", True, _day),
    ColumnSpec("responsible_unit", "责任单位", True, _text(200)),
    ColumnSpec("responsible_person", "责任人", True, _text(50)),
    ColumnSpec("category", "类别", True, _category),
    ColumnSpec("formed_on", "形成时间", False, _day),
    ColumnSpec("judged_on", "判决日期", False, _day),
)
TITLES = {column.key: column.title for column in COLUMNS}

cite("services.projects.overdue.sheet.COLUMNS", "S9.3b", "S9.0")
