"""Money is an integer of fen. It is shown as yuan or 万元 text; no float ever touches it."""

import re
from decimal import ROUND_HALF_UP, Decimal

from shared.domain.problems import Refused

_YUAN = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,2})?", re.ASCII)


def round_half_up(value: Decimal) -> int:
    """Round to a whole number, halves away from zero (四舍五入)."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def yuan(fen: int) -> str:
    """Fen as yuan text: 123450 -> "1234.50"."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100}.{fen % 100:02d}"


def fen(text: str) -> int:
    """Yuan text as fen: "1234.5" -> 123450. Raises `Refused` ("money-form").

    Thousands separators in the usual places are accepted, more than two decimals are not.
    """
    plain = text.strip()
    if "," in plain and re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d{1,2})?", plain, re.ASCII):
        plain = plain.replace(",", "")
    if not _YUAN.fullmatch(plain):
        raise Refused("money-form", "金额应为以元为单位的数字，最多两位小数，例 1234.50。")
    return int(Decimal(plain) * 100)


def wan(fen: int, *, places: int = 2, separators: bool = False) -> str:
    """Fen as 万元 text, rounded half up: 123450000 -> "123.45"."""
    scale = 10**places
    units = round_half_up(Decimal(fen * scale) / Decimal(1_000_000))
    sign, units = ("-", -units) if units < 0 else ("", units)
    whole = f"{units // scale:,}" if separators else str(units // scale)
    return f"{sign}{whole}.{units % scale:0{places}d}" if places else f"{sign}{whole}"
