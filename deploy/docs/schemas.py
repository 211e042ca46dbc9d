"""docs/schemas/: the published JSON schema and golden sample of every event type.

A published type is a promise. `breaks` tells what a change would break; such a change is a new
class with a higher version beside the old one.
"""

import json
from typing import Any

from deploy.docs.specs import events
from shared.contracts.base import Event


def render() -> dict[str, str]:
    """File name below docs/ -> schema with its sample."""
    return {
        f"schemas/{event.event_type()}.json": json.dumps(
            schema(event), ensure_ascii=False, indent=2
        )
        + "\n"
        for classes in events().values()
        for event in classes
    }


def schema(event: type[Event]) -> dict[str, Any]:
    """The schema of an event's data, as published."""
    made = event.model_json_schema(mode="serialization")
    made |= {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": event.event_type()}
    return made | {"examples": [event.sample]}


def breaks(published: dict[str, Any], current: dict[str, Any]) -> list[str]:
    """What readers of the published schema would no longer find; empty when all is kept."""
    found = []
    before, now = published["properties"], current["properties"]
    for name, field in before.items():
        if name not in now:
            found.append(f"{name}：字段没有了")
        elif _plain(field) != _plain(now[name]):
            found.append(f"{name}：类型变了")
    for name in sorted(set(current.get("required", [])) ^ set(published.get("required", []))):
        found.append(f"{name}：是否必有变了")
    return found


def _plain(field: Any) -> Any:
    """A field without the words that explain it."""
    if isinstance(field, dict):
        return {k: _plain(v) for k, v in field.items() if k not in ("description", "title")}
    return [_plain(one) for one in field] if isinstance(field, list) else field
