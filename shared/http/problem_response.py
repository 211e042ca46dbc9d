"""Problem documents (RFC 9457) for everything that goes wrong. They never echo what was sent."""

import re
import traceback
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Scope

from shared.db.engine import as_json
from shared.db.errors import sqlstate
from shared.domain.problems import MEDIA, Problem, Reason
from shared.environment.logs import log

_MOST = 1000
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
"""What may be named in a pointer: callers put other things in the place of names, people too."""
_TITLES = {
    400: ("bad-request", "请求有误", "请求的格式不正确。"),
    401: ("token-required", "未通过身份验证", "需要登录。"),
    403: ("forbidden", "没有权限", "没有权限办理。"),
    404: ("not-found", "没有找到", "没有这个地址。"),
    405: ("method-not-allowed", "方法不支持", "这个地址不支持该请求方法。"),
    413: ("body-too-large", "内容过大", "请求内容过大。"),
    500: ("internal-error", "系统内部错误", "系统出现内部错误，已记录；请稍后重试或联系运维人员。"),
}
DETAILS = {
    "missing": "必填",
    "extra_forbidden": "不认识的字段",
    "json_invalid": "不是有效的 JSON",
    "string_type": "应为字符串",
    "string_too_short": "内容过短",
    "string_too_long": "内容过长",
    "string_pattern_mismatch": "格式不正确",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_type": "应为数",
    "float_parsing": "应为数",
    "finite_number": "应为数",
    "path_type": "应为文件路径",
    "bool_type": "应为真假值",
    "bool_parsing": "应为真假值",
    "decimal_parsing": "应为小数",
    "decimal_max_places": "小数位数过多",
    "decimal_max_digits": "位数过多",
    "date_type": "应为日期",
    "date_parsing": "应为日期 YYYY-MM-DD",
    "date_from_datetime_parsing": "应为日期 YYYY-MM-DD",
    "uuid_parsing": "不是有效的标识",
    "uuid_type": "不是有效的标识",
    "enum": "不在可选范围内",
    "literal_error": "不在可选范围内",
    "greater_than": "数值过小",
    "greater_than_equal": "数值过小",
    "less_than": "数值过大",
    "less_than_equal": "数值过大",
    "too_long": "项目过多",
    "too_short": "项目过少",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "dict_type": "应为对象",
    "model_attributes_type": "应为对象",
    "model_type": "应为对象",
}


def _body(
    scope: Scope,
    status: int,
    code: str,
    title: str,
    detail: str,
    clause: str,
    reasons: tuple[Reason, ...],
    extra: dict[str, Any],
) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "type": f"https://housing.jl.gov.cn/problems/{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        "instance": scope["path"],
        "trace": scope["state"]["trace"][3:35],
    }
    if clause:
        answer["clause"] = clause
    if reasons:
        answer["errors"] = [
            {k: v for k, v in vars_of(reason).items() if v} for reason in reasons[:_MOST]
        ]
    return answer | {key: value for key, value in extra.items() if key not in answer}


def vars_of(reason: Reason) -> dict[str, str]:
    """A reason as JSON."""
    return {
        "code": reason.code,
        "detail": reason.detail,
        "pointer": reason.pointer,
        "clause": reason.clause,
    }


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _jsonable(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_jsonable(one) for one in value]
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return value if isinstance(value, str | int | bool) or value is None else str(value)


def render(scope: Scope, problem: Problem) -> JSONResponse:
    """A refusal as a problem document."""
    answer = _body(
        scope,
        problem.status,
        problem.code,
        problem.title,
        problem.detail,
        problem.clause,
        problem.reasons,
        {key: _jsonable(value) for key, value in problem.extra.items()},
    )
    return JSONResponse(answer, problem.status, problem.headers, MEDIA)


def written(scope: Scope, problem: Problem) -> bytes:
    """A refusal without particulars, as JSON: for those who are turned away by the thousand."""
    code, title, detail = problem.code, problem.title, problem.detail
    return as_json(_body(scope, problem.status, code, title, detail, "", (), {})).encode()


def _plain(scope: Scope, status: int, headers: dict[str, str] | None = None) -> JSONResponse:
    code, title, detail = _TITLES.get(status, ("refused", "请求被拒绝", "请求被拒绝。"))
    return JSONResponse(
        _body(scope, status, code, title, detail, "", (), {}), status, headers, MEDIA
    )


def _reason(error: dict[str, Any]) -> Reason:
    kind, where = str(error["type"]), list(error["loc"])
    source = where.pop(0) if where else "body"
    if kind == "json_invalid":
        where = []
    names = [p if isinstance(p, int) or _NAME.fullmatch(str(p)) else "?" for p in where]
    path = "".join(f"/{name}" for name in names)
    if source != "body":
        path = f"#{source}{path or '/'}"
    own = not kind.isidentifier() or kind == "type"
    detail = str(error["msg"]) if own else DETAILS.get(kind, "内容不符合要求")
    return Reason(kind.replace("_", "-"), detail, path[:300])


EXPECTED = (Problem, RequestValidationError, HTTPException)
"""What may go wrong."""


async def answer(request: Request, error: Exception) -> JSONResponse:
    """The answer to one of `EXPECTED`."""
    scope = request.scope
    if isinstance(error, Problem):
        return render(scope, error)
    if isinstance(error, RequestValidationError):
        reasons = tuple(_reason(one) for one in error.errors()[:_MOST])
        answer = _body(
            scope, 422, "fields-invalid", "不符合规定", "有字段不符合要求。", "", reasons, {}
        )
        return JSONResponse(answer, 422, None, MEDIA)
    assert isinstance(error, HTTPException)
    return _plain(scope, error.status_code, dict(error.headers or {}))


def fault(scope: Scope, error: BaseException) -> JSONResponse:
    """A fault of ours: logged by kind and place, without its text, answered without details."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    own = [f for f in frames if f.f_globals.get("__name__", "").startswith(("services", "shared"))]
    place = [f"{f.f_globals['__name__']}:{f.f_lineno}" for f in own[-3:]]
    log().error("fault", kind=type(error).__name__, sqlstate=sqlstate(error), where=place)
    return _plain(scope, 500)
