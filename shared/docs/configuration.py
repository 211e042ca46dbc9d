"""docs/configuration.md: every setting, from `shared.settings.Settings`."""

import types
import typing
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from shared.settings import Settings

_EXPLAINED = {
    "environment": "运行环境；`production` 拒绝演示用的时钟文件和不加密的公钥地址",
    "service": "服务名，由启动命令给出",
    "database_url": "本服务自己的 PostgreSQL 数据库和本进程的角色，`postgresql://用户:口令@主机/库`",
    "database_password_file": "`database_url` 的口令所在文件",
    "owner_database_url": "仅 `all`：迁移用的属主角色；空则同 `database_url`",
    "worker_database_url": "仅 `all`：工作进程的角色；空则同 `database_url`",
    "jwks": "统一身份系统的公钥集：文件路径或 https 地址",
    "token_issuer": "令牌签发方（iss）",
    "token_audience": "令牌受众（aud）",
    "key_file": "数据加密密钥文件（JSON），只有本服务可读",
    "transport": "服务之间传事件的通道：事件接口或 Kafka",
    "feed_urls": "事件接口通道：来源服务名 → 地址",
    "feed_token": "读取其他服务事件接口的令牌",
    "kafka_servers": "Kafka 地址，逗号分隔；`transport=kafka` 时必填",
    "kafka_group": "Kafka 消费组；空则按服务名",
    "clock_file": "演示和测试用：写着一个 ISO 时刻的文件，作为“现在”",
    "pool_size": "每个进程的数据库连接数",
    "host": "监听地址",
    "port": "监听端口",
    "log_format": "日志格式",
    "json_limit": "JSON 请求体上限，字节",
    "upload_limit": "上传文件上限，字节",
}
_KINDS: dict[Any, str] = {
    str: "文本", int: "整数", float: "数", bool: "是否", Path: "路径", SecretStr: "保密文本"
}  # fmt: skip


def render() -> str:
    """The table of environment variables. A setting without an explanation is an error."""
    prefix = str(Settings.model_config.get("env_prefix", "")).upper()
    lines = [
        "# 配置",
        "",
        "由 `python -m shared.docs` 从 `shared/settings.py` 生成，请勿手改。",
        f"配置只从环境变量来，前缀 `{prefix}`；带此前缀而不认识的变量会使服务拒绝启动。",
        "类型为 JSON 的用 JSON 书写。",
        "",
        "| 环境变量 | 类型 | 默认值 | 说明 |",
        "|---|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        cells = (f"`{prefix}{name.upper()}`", _kind(field.annotation), _default(field))
        lines.append(f"| {' | '.join(cells)} | {_EXPLAINED[name]} |")
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
