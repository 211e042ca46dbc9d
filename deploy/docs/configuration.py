"""docs/configuration.md: every setting, from `shared.environment.settings.Settings`."""

import types
import typing
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from shared.environment.settings import Settings

_KINDS: dict[Any, str] = {
    str: "文本",
    int: "整数",
    float: "数",
    bool: "是否",
    Path: "路径",
    SecretStr: "保密文本",
}


def render() -> str:
    """The table of environment variables. A setting without an explanation is an error."""
    prefix = str(Settings.model_config.get("env_prefix", "")).upper()
    lines = [
        "# 配置",
        "",
        "由 `python -m deploy.docs` 从 `shared/environment/settings.py` 生成，请勿手改。",
        f"配置只从环境变量来，前缀 `{prefix}`；带此前缀而不认识的变量会使服务拒绝启动。",
        "类型为 JSON 的用 JSON 书写。",
        "",
        "| 环境变量 | 类型 | 默认值 | 说明 |",
        "|---|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        cells = (f"`{prefix}{name.upper()}`", _kind(field.annotation), _default(field))
        lines.append(f"| {' | '.join(cells)} | {field.description} |")
    return "\n".join(lines) + "\n"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "必填"
    value = field.default
    return "空" if value in (None, "", {}, ()) else f"`{value}`"


def _kind(annotation: Any) -> str:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return " / ".join(f"`{value}`" for value in arguments)
    if origin in (types.UnionType, typing.Union):
        return " 或 ".join(_kind(one) for one in arguments if one is not type(None))
    return "JSON" if origin is not None else _KINDS[annotation]
