"""The AsyncAPI 3.0 document: every topic, message and schema, made from the contract classes."""

from typing import Any

from deploy.docs.specs import events, specs
from shared.contracts.base import MEDIA, Event, topic
from shared.events.envelope import SOURCE

_ENVELOPE: dict[str, Any] = {
    "specversion": {"type": "string", "const": "1.0"},
    "id": {"type": "string", "format": "uuid", "description": "事件编号（UUIDv7），去重用"},
    "source": {"type": "string", "description": "来源服务"},
    "type": {"type": "string", "description": "事件类型，末段为版本"},
    "subject": {"type": "string", "format": "uuid", "description": "对象编号"},
    "time": {"type": "string", "format": "date-time", "description": "发生时刻（UTC）"},
    "datacontenttype": {"type": "string", "const": "application/json"},
    "sequence": {"type": "string", "description": "本服务内连续无缺号的位置"},
    "aggregateversion": {"type": "integer", "description": "对象的版本，自 1 起连续"},
    "regioncode": {"type": "string", "description": "区划代码"},
    "partitionkey": {"type": "string", "description": "分区键，等于对象编号"},
    "traceparent": {"type": "string", "description": "W3C 链路标识"},
}


def document() -> dict[str, Any]:
    """The document of all services, ready for JSON. The same code gives the same bytes."""
    labels = {spec.name: spec.label for spec in specs()}
    known = events()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "吉林安居：领域事件",
            "version": "1.0.0",
            "description": (
                "CloudEvents 1.0（结构化 JSON）。Kafka 与 GET /v1/events 给出的字节相同。"
            ),
        },
        "defaultContentType": MEDIA,
        "servers": {
            "kafka": {"host": "kafka:9092", "protocol": "kafka", "description": "由部署方给出地址"}
        },
        "channels": {
            service: {
                "address": topic(service),
                "title": labels.get(service, service),
                "messages": {
                    _name(event): {"$ref": f"#/components/messages/{_name(event)}"}
                    for event in classes
                },
                "bindings": {"kafka": {"topic": topic(service), "bindingVersion": "0.5.0"}},
            }
            for service, classes in known.items()
        },
        "operations": {
            f"publish-{service}": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{service}"},
                "summary": f"{labels.get(service, service)}发布的事件",
            }
            for service in known
        },
        "components": {
            "messages": {
                _name(event): _message(service, event)
                for service, classes in known.items()
                for event in classes
            },
            "schemas": {
                _name(event): event.model_json_schema(
                    mode="serialization", ref_template="#/components/schemas/{model}"
                )
                for classes in known.values()
                for event in classes
            },
        },
    }


def _name(event: type[Event]) -> str:
    return event.__name__ if event.version == 1 else f"{event.__name__}V{event.version}"


def _message(service: str, event: type[Event]) -> dict[str, Any]:
    attributes = _ENVELOPE | {
        "type": {"type": "string", "const": event.event_type()},
        "source": {"type": "string", "const": SOURCE + service},
        "data": {"$ref": f"#/components/schemas/{_name(event)}"},
    }
    return {
        "name": event.event_type(),
        "title": event.__name__,
        "summary": (event.__doc__ or "").strip().splitlines()[0],
        "contentType": MEDIA,
        "payload": {"type": "object", "required": list(attributes), "properties": attributes},
        "bindings": {"kafka": {"key": {"type": "string", "format": "uuid"}}},
        "examples": [{"name": "样例", "payload": {"data": event.sample}}],
    }
