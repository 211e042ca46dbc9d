"""The register of households as offices keep it (家庭台账): columns and how a cell is read."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from services.applications.application.categories import MODES
from services.applications.application.rules import Filing, category_code
from shared.domain.counties import county
from shared.domain.fields import clean
from shared.domain.identity import person_name, phone, resident_id
from shared.domain.money import fen
from shared.domain.problems import Refused
from shared.files.imports import ColumnSpec
from shared.files.imports.run import ROW

_SEPARATORS = re.compile(r"[、，,；;/\s]+")
LARGEST_HOUSEHOLD = 20
LARGEST_AREA = Decimal(10_000)


def _name(text: str) -> str:
    return person_name(clean(text))


def _yes(text: str) -> bool:
    if text not in ("是", "否"):
        raise Refused("yes-or-no", "应填“是”或“否”。")
    return text == "是"


def _size(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,2}", text) or not 1 <= int(text) <= LARGEST_HOUSEHOLD:
        raise Refused("household-size", f"家庭人口应为1至{LARGEST_HOUSEHOLD}的整数。")
    return int(text)


def _income(text: str) -> int:
    income = fen(text)
    if income < 0:
        raise Refused("money-form", "收入不能为负数。")
    return income


def _area(text: str) -> Decimal:
    try:
        area = Decimal(text)
    except InvalidOperation:
        area = Decimal(-1)
    if not area.is_finite() or not 0 <= area <= LARGEST_AREA or area != round(area, 2):
        raise Refused("area-form", "面积应为不小于0的数字，最多两位小数。")
    return area


def _mode(text: str) -> str:
    for code, label in MODES.items():
        if text == label:
            return code
    raise Refused("mode-unknown", f"申请方式应为：{'、'.join(MODES.values())}。")


def _split(text: str) -> list[str]:
    return [part for part in _SEPARATORS.split(text) if part]


def _categories(text: str) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(category_code(part) for part in _split(text)))
    if not codes:
        raise Refused("category-missing", "至少填写一个保障对象类别。")
    return codes


def columns(today: date) -> tuple[ColumnSpec, ...]:
    """The columns of the register, keyed as `Filing`'s fields. Nobody is born after `today`."""

    def hukou(text: str) -> str:
        county(text, today)
        return text

    def id_no(text: str) -> str:
        return resident_id(text, on=today).number

    def id_numbers(text: str) -> tuple[str, ...]:
        return tuple(id_no(part) for part in _split(text))

    return (
        ColumnSpec("name", "申请人姓名", True, _name),
        ColumnSpec("id_no", "证件号码", True, id_no),
        ColumnSpec("phone", "联系电话", True, phone),
        ColumnSpec("hukou_region", "户籍所在地代码", True, hukou),
        ColumnSpec("urban_hukou", "是否城镇户籍", True, _yes),
        ColumnSpec("categories", "保障对象类别", True, _categories),
        ColumnSpec("household_size", "家庭人口", True, _size),
        ColumnSpec("monthly_income_fen", "家庭月收入(元)", True, _income),
        ColumnSpec("own_area_sqm", "现住房面积(㎡)", True, _area),
        ColumnSpec("mode", "申请方式", True, _mode),
        ColumnSpec("consent", "同意核查", True, _yes),
        ColumnSpec("members", "家庭成员证件号码", False, id_numbers),
    )


def filing_of(row: Mapping[str, Any]) -> Filing:
    """A parsed row as a file; an empty cell of members means that there are none."""
    values = {key: value for key, value in row.items() if key != ROW}
    return Filing(**values | {"members": values["members"] or ()})
