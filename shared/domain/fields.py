"""Bodies of requests and answers: strict, bounded, without control characters, without floats."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, get_args
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import PydanticCustomError

from shared.contracts.base import Month as AnyMonth
from shared.contracts.base import RegionCode
from shared.domain.money import fen, yuan

MOST_ITEMS = 1000
_LARGEST = 2**53
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE = re.compile(r"-?[0-9]{1,19}")
_MONEY = re.compile(r"-?[0-9]{1,14}(\.[0-9]{1,2})?")
_ALLOWED_CONTROLS = {"\n", "\r", "\t"}


def _wrong(code: str, detail: str) -> PydanticCustomError:
    return PydanticCustomError(code, detail)


def clean(text: str) -> str:
    """NFC and stripped. Refuses control, bidi, zero-width, private and surrogate characters."""
    if not text.isprintable():  # which none of these is
        for character in text:
            kind = unicodedata.category(character)
            if kind in ("Cc", "Cf", "Cs", "Co", "Cn") and character not in _ALLOWED_CONTROLS:
                raise _wrong("control-character", "含有不可见字符或控制字符")
    return (text if text.isascii() else unicodedata.normalize("NFC", text)).strip()


def _worded(letters: int) -> AfterValidator:
    """A text that says something: so many letters of any script, not only marks and digits."""

    def check(text: str) -> str:
        if text and sum(map(str.isalpha, text)) < letters:
            raise _wrong("says-nothing", "请用文字写明")
        return text

    return AfterValidator(check)


def _signed(text: str) -> str:
    if sum(map(str.isalnum, text)) < 2:
        raise _wrong("says-nothing", "请填写完整的名称或编号")
    return text


def _ascii(text: str) -> str:
    if not text.isascii():  # \d of the pattern takes the digits of every script
        raise _wrong("string-pattern-mismatch", "格式不正确")
    return text


def _fen(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str) or not _MONEY.fullmatch(value):
        raise _wrong("money-format", '金额应为以元为单位的字符串，最多两位小数，例 "1234.50"')
    return fen(value)


def _places(places: int) -> Any:
    pattern = re.compile(rf"[0-9]{{1,10}}(\.[0-9]{{1,{places}}})?")

    def check(value: object) -> object:
        if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
            return Decimal(value)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise _wrong("decimal-format", f"应为字符串形式的非负小数，最多 {places} 位小数")
        return Decimal(value)

    return BeforeValidator(check)


_plain = PlainSerializer(lambda value: format(value, "f"), return_type=str, when_used="json")

_IS_YUAN = "yuan"
Yuan = Annotated[
    int,
    BeforeValidator(_fen),
    Field(ge=-(10**15), le=10**15),
    PlainSerializer(yuan, return_type=str, when_used="json"),
    WithJsonSchema(
        {"type": "string", "pattern": r"^-?[0-9]{1,14}(\.[0-9]{1,2})?$", "examples": ["1234.50"]}
    ),
    _IS_YUAN,
]
"""Money: fen (int) inside, a yuan string such as "1234.50" outside."""

Area = Annotated[
    Decimal,
    _places(2),
    Field(ge=0, le=10**9),
    _plain,
    WithJsonSchema(
        {"type": "string", "pattern": r"^[0-9]{1,10}(\.[0-9]{1,2})?$", "examples": ["45.50"]}
    ),
]
"""Square metres with two places, a string in JSON."""

Rate = Annotated[
    Decimal,
    _places(4),
    Field(ge=0, le=10**6),
    _plain,
    WithJsonSchema(
        {"type": "string", "pattern": r"^[0-9]{1,10}(\.[0-9]{1,4})?$", "examples": ["0.85"]}
    ),
]
"""A share or coefficient with four places, a string in JSON."""

Region = Annotated[RegionCode, AfterValidator(_ascii), Field(examples=["220102"])]
Month = Annotated[AnyMonth, AfterValidator(_ascii), Field(examples=["2021-04"])]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2199, 12, 31))]
Recent = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
"""A day of the work itself: housing security in this form began after 1998."""
Code = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.\-]+$")]
Name = Annotated[str, Field(min_length=1, max_length=100), _worded(1)]
Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_signed)]
Sentence = Annotated[str, Field(min_length=1, max_length=200), _worded(2)]
"""A reason or opinion in a line."""
Text = Annotated[str, Field(min_length=1, max_length=2000), _worded(2)]
Note = Annotated[str, Field(max_length=2000), _worded(1)]
"""A text that may be empty."""
Purpose = Annotated[
    str,
    Field(
        min_length=4,
        max_length=200,
        description="查看明文的事由，留存审计",
        examples=["入户调查前电话预约"],
    ),
    _worded(4),
]
"""What plain personal data are needed for."""
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 in lower-case hex."""
Whole = Annotated[int, Field(ge=0, le=10**9)]
PositiveInt = Annotated[int, Field(ge=1, le=10**9)]


def _digits(value: object) -> object:
    if isinstance(value, str) and not _WHOLE.fullmatch(value):
        raise _wrong("int-parsing", "应为整数")
    return value


Digits = BeforeValidator(_digits)
"""For whole numbers in a query: plain digits, not the 1_0 or +1 that Python would read too."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a field takes, as far as `_strict` asks; worked out once for each field."""

    day: bool
    """A date and no other text."""
    no_text: bool
    no_truth: bool
    no_number: bool
    models: bool
    """Bodies in a body: each cleans itself."""


@cache
def _kinds(model: type[BaseModel]) -> dict[str, _Kind]:
    return {n: _kind(f.annotation, f.metadata) for n, f in model.model_fields.items()}


def _kind(annotation: object, metadata: Sequence[object]) -> _Kind:
    def leaves(annotation: object, metadata: Sequence[object]) -> frozenset[object]:
        if _IS_YUAN in metadata:
            return frozenset({_IS_YUAN})
        inner = get_args(annotation)
        if not inner:
            return frozenset({annotation})
        if hasattr(annotation, "__metadata__"):
            return leaves(inner[0], inner[1:])
        return frozenset[object]().union(*(leaves(part, ()) for part in inner))

    kinds = leaves(annotation, metadata)
    kinds -= {type(None)}
    choice = any(type(kind) is int for kind in kinds)  # True would be the choice of 1
    return _Kind(
        day=date in kinds and str not in kinds,
        no_text=bool(kinds) and kinds <= {int, bool},
        no_truth=bool not in kinds
        and (choice or bool(kinds & {int, str, Decimal, date, _IS_YUAN})),
        no_number=bool(kinds & {str, date, bool, _IS_YUAN}) and not kinds & {int, Decimal},
        models=all(isinstance(kind, type) and issubclass(kind, Input) for kind in kinds),
    )


_ANYTHING = _Kind(day=False, no_text=False, no_truth=False, no_number=False, models=False)


def _strict(value: object, kind: _Kind, depth: int = 0) -> object:
    if depth > 20:
        raise _wrong("too-deep", "层级过深")
    if isinstance(value, str):
        text = clean(value)
        if kind.day and not _DAY.fullmatch(text):
            raise _wrong("date-format", "日期应为 YYYY-MM-DD")
        if kind.no_text:
            raise _wrong("type", "应为数字或真假值，不能是字符串")
        return text
    if isinstance(value, float):
        raise _wrong("no-floats", "不接受浮点数；金额、面积和比例请用字符串")
    if isinstance(value, bool):
        if kind.no_truth:
            raise _wrong("type", "类型不正确")
    elif isinstance(value, int):
        if abs(value) > _LARGEST:
            raise _wrong("too-large", "数字过大")
        if kind.no_number:
            raise _wrong("type", "类型不正确；金额请用字符串")
    elif isinstance(value, dict | list):
        if len(value) > MOST_ITEMS:
            raise _wrong("too-many", f"最多 {MOST_ITEMS} 项")
        if kind.models:
            return value
        if isinstance(value, list):
            return [_strict(v, kind, depth + 1) for v in value]
        return {
            clean(k) if isinstance(k, str) else k: _strict(v, _ANYTHING, depth + 1)
            for k, v in value.items()
        }
    return value


class Input(BaseModel):
    """The base of every request body. Unknown fields are refused, strings are cleaned."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _clean(cls, value: object, info: Any) -> object:
        return _strict(value, _kinds(cls)[info.field_name])


class Item(Input):
    """One object of a bulk command, with the version that the caller saw."""

    id: UUID
    version: PositiveInt


class Output(BaseModel):
    """The base of every answer."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class AggregateOut(Output):
    """What every answer of an aggregate has. `actions`: what the caller may do next."""

    id: UUID
    region: str
    state: str
    state_label: str
    version: int
    actions: list[str]


class MovedItem(Output):
    """One object after a bulk command."""

    id: UUID
    state: str
    version: int


class MovedList(Output):
    """The objects after a bulk command, in the order of the request."""

    items: list[MovedItem]


__all__ = [
    "AggregateOut",
    "Area",
    "Code",
    "Day",
    "Digest",
    "Digits",
    "Input",
    "Item",
    "Line",
    "Month",
    "MovedItem",
    "MovedList",
    "Name",
    "Note",
    "Output",
    "PositiveInt",
    "Purpose",
    "Rate",
    "Recent",
    "Region",
    "Sentence",
    "Text",
    "Whole",
    "Yuan",
    "clean",
]
