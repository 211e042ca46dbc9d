"""Expected refusals: each has a stable code for machines and a Chinese sentence for people.

Raise where you know; `shared.http.problem_response` makes RFC 9457 problem documents of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a refusal. `pointer` is a JSON pointer into the request body."""

    code: str
    detail: str
    pointer: str = ""
    clause: str = ""


MEDIA = "application/problem+json"

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "instance", "trace"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "稳定的机器可读代码"},
        "detail": {"type": "string", "description": "给办理人看的说明"},
        "instance": {"type": "string"},
        "trace": {"type": "string", "description": "关联号，报修时提供"},
        "clause": {"type": "string", "description": "依据的条款，例 S4.X6"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "detail"],
                "properties": {
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                    "pointer": {"type": "string", "description": "JSON Pointer，例 /items/3/units"},
                    "clause": {"type": "string"},
                },
            },
        },
    },
}
"""The JSON schema of a problem document (RFC 9457)."""


class Problem(Exception):
    """An expected refusal. `code` is kebab-case and stable, `detail` Chinese without
    personal data.
    """

    status = 400
    title = "请求有误"

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        clause: str = "",
        reasons: tuple[Reason, ...] = (),
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail, self.clause = code, detail, clause
        self.reasons, self.headers, self.extra = reasons, headers or {}, extra


class Unauthorized(Problem):
    """Nobody knows who calls."""

    status, title = 401, "未通过身份验证"


class Forbidden(Problem):
    """The caller may not do this, whatever the state."""

    status, title = 403, "没有权限"


class NotFound(Problem):
    """There is no such object, or none in the caller's regions."""

    status, title = 404, "没有找到"


class Conflict(Problem):
    """Not in this state, or against what is there already."""

    status, title = 409, "与当前状态冲突"


class Gone(Problem):
    """It was here, and is not kept any longer."""

    status, title = 410, "已经过期"


class PreconditionFailed(Problem):
    """The version that the caller saw is an old one."""

    status, title = 412, "数据已被他人修改"


class TooLarge(Problem):
    """The body is larger than its kind may be."""

    status, title = 413, "内容过大"


class UriTooLong(Problem):
    """The address is too long."""

    status, title = 414, "地址过长"


class TooMany(Problem):
    """The caller asks too often; `Retry-After` says when to come again."""

    status, title = 429, "请求过于频繁"


class HeadersTooLarge(Problem):
    """The headers are too large."""

    status, title = 431, "请求头过大"


class UnsupportedMedia(Problem):
    """The body is of a media type that is not read."""

    status, title = 415, "内容类型不支持"


class Refused(Problem):
    """A rule or a field check says no. `reasons` holds every reason, not the first."""

    status, title = 422, "不符合规定"


def refuse(code: str, detail: str, reasons: Sequence[Reason], *, clause: str | None = None) -> None:
    """`Refused` with all reasons, if there are any; its clause is else that of the first."""
    if reasons:
        raise Refused(code, detail, clause=clause or reasons[0].clause, reasons=tuple(reasons))


class PreconditionRequired(Problem):
    """The request does not say which version the caller saw."""

    status, title = 428, "缺少版本号"


class Unavailable(Problem):
    """Not now: the process or its database is busy, away or stopping."""

    status, title = 503, "暂时不可用"
