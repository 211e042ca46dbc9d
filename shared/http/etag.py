"""Versions over HTTP: a strong ETag on single objects, `If-Match` on transitions."""

import re
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import Response

from shared.domain.problems import PreconditionFailed, PreconditionRequired, Problem

_STRONG = re.compile(r'"(\d{1,9})"')
_VERSION = re.compile(rb'"version":(\d{1,9})')
_PLAIN = (str, int, UUID, date)


def parse(header: str | None) -> int | None:
    """The version in an `If-Match` header. A weak tag never matches, `*` is no version."""
    if header is None:
        return None
    text = header.strip()
    if text == "*":
        raise PreconditionRequired("version-required", "If-Match 必须写明看到的版本号，不能用 *。")
    if text.startswith("W/"):
        raise PreconditionFailed("version-weak", "If-Match 不能使用弱校验标识。")
    found = _STRONG.fullmatch(text)
    if found is None:
        raise Problem("version-malformed", 'If-Match 的格式应为带引号的版本号，例 "3"。')
    return int(found[1])


def of(version: int) -> str:
    """The tag of a version."""
    return f'"{version}"'


def tagged(model: Any) -> bool:
    """Whether an answer is a single object with a version.

    Its `version` stands before everything that is not a plain value, so that the first version in
    the written answer is the object's own. Raises `TypeError` for a model where it does not.
    """
    fields: dict[str, Any] = getattr(model, "model_fields", {})
    if "id" not in fields or "version" not in fields:
        return False
    for name, one in fields.items():
        if name == "version":
            return True
        if one.annotation not in _PLAIN:
            raise TypeError(f"{model.__name__}: {name} stands before version")
    return False


def stamp(response: Response) -> None:
    """Give the answer of a single object its ETag."""
    found = _VERSION.search(bytes(response.body))
    if found is not None:
        response.headers["etag"] = of(int(found[1]))
