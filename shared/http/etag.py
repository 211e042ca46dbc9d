"""Versions over HTTP: a strong ETag on single objects, `If-Match` on transitions."""

import json
import re

from fastapi import Response

from shared.domain.problems import PreconditionFailed, PreconditionRequired, Problem

_STRONG = re.compile(r'"(\d{1,9})"')
LARGEST = 64 * 1024
"""Bytes of an answer that is looked at for its version."""


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


def stamp(response: Response) -> None:
    """Give the answer of a single object (top-level `id` and `version`) its ETag."""
    if "etag" in response.headers or response.headers.get("content-type") != "application/json":
        return
    body = bytes(getattr(response, "body", b""))
    if not body.startswith(b"{") or len(body) > LARGEST or b'"version"' not in body:
        return
    answer = json.loads(body)
    if "id" in answer and isinstance(answer.get("version"), int):
        response.headers["etag"] = of(answer["version"])
