"""docs/events.md: every event with its fields, its sample and who listens."""

import inspect
import json
from typing import Any

from deploy.docs.specs import events, specs
from shared.contracts.base import Event, topic

_FORMATS = {"uuid": "UUID", "date": "日期", "decimal": "小数（字符串）"}
_TYPES = {"integer": "整数", "string": "文本", "boolean": "是否", "array": "列表", "number": "数"}


def render() -> str:
    """The event catalogue."""
    labels = {spec.name: spec.label for spec in specs()}
    lines = [
        "# 事件目录",
        "",
        (
            "由 `python -m deploy.docs` 从 `shared/contracts` 生成，请勿手改。"
            "信封为 CloudEvents 1.0（结构化 JSON），见 [asyncapi.json](asyncapi.json)。"
        ),
        "事件正文不含姓名、证件号码、电话和银行账号。金额单位为分，面积和比例为字符串小数。",
        "",
    ]
    for service, classes in events().items():
        lines += [f"## {labels.get(service, service)}（`{topic(service)}`）", ""]
        for event in classes:
            lines += _event(event)
    return "\n".join(lines).rstrip() + "\n"


def _event(event: type[Event]) -> list[str]:
    listeners = sorted(
        spec.label
        for spec in specs()
        if any(event in subscription.types for subscription in spec.subscriptions)
    )
    schema = event.model_json_schema(mode="serialization")
    required = set(schema.get("required", ()))
    lines = [
        f"### `{event.event_type()}`",
        "",
        inspect.cleandoc(event.__doc__ or ""),
        "",
        f"消费方：{'、'.join(listeners) or '无（供对接系统）'}",
        "",
        "| 字段 | 类型 | 必有 | 说明 |",
        "|---|---|---|---|",
    ]
    for name, field in schema["properties"].items():
        need = "是" if name in required else "否"
        lines.append(f"| `{name}` | {_type(field)} | {need} | {field.get('description', '')} |")
    sample = json.dumps(event.sample, ensure_ascii=False)
    return [*lines, "", "```json", sample, "```", ""]


def _type(field: dict[str, Any]) -> str:
    if "anyOf" in field:
        return " 或 ".join(_type(one) for one in field["anyOf"] if one.get("type") != "null")
    if "enum" in field:
        return " / ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if field.get("type") == "array":
        return f"列表：{_type(field.get('items', {}))}"
    return _FORMATS.get(field.get("format", ""), _TYPES.get(field.get("type", ""), "值"))
