"""The envelope of an event: CloudEvents 1.0 in structured JSON, the same bytes at every door."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from pydantic import ValidationError

from shared.contracts.base import REGISTRY, Event
from shared.spec import Received

MEDIA = "application/cloudevents+json"
BATCH_MEDIA = "application/cloudevents-batch+json"
SOURCE = "/jilin/"


class _Plain(JSONFormat):
    """Chinese as it is, no blanks: readers see text, and the bytes are half as many."""

    def write(self, event: BaseCloudEvent) -> bytes:
        """The event as UTF-8 JSON."""
        whole = {**event.get_attributes(), "data": event.get_data()}
        return json.dumps(
            whole, ensure_ascii=False, separators=(",", ":"), default=_instant, allow_nan=False
        ).encode()


_FORMAT = _Plain()


class Unknown(Event):
    """An event of a type that this build does not know: a newer producer's. Nobody applies it."""


class Malformed(Exception):
    """A record that is no event of ours. `code` says what is wrong, without its content."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _instant(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    raise TypeError(type(value).__name__)


def write(service: str, kept: Any) -> bytes:
    """A numbered row of the outbox as its envelope. The same row gives the same bytes."""
    attributes = {
        "specversion": "1.0",
        "id": str(kept.event_id),
        "source": SOURCE + service,
        "type": kept.type,
        "subject": str(kept.subject),
        "time": kept.at,
        "datacontenttype": "application/json",
        "sequence": str(kept.position),
        "aggregateversion": kept.version,
        "regioncode": kept.region,
        "partitionkey": str(kept.subject),
        "traceparent": kept.trace,
    }
    return _FORMAT.write(CloudEvent(attributes, json.loads(kept.data)))


def read(raw: bytes) -> Received:
    """An envelope as it came; an event of an unknown type is `Unknown`.

    Raises `Malformed`: not a CloudEvent, an attribute missing, or data against the contract.
    """
    try:
        whole = json.loads(raw)
    except ValueError as error:
        raise Malformed("not-json") from error
    return _received(whole, raw)


def read_all(batch: bytes) -> list[Received]:
    """The events of one answer of the feed. Raises `Malformed`."""
    return [
        _received(one, json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode())
        for one in json.loads(batch)
    ]


def _received(whole: dict[str, Any], raw: bytes) -> Received:
    try:
        attributes = dict(whole)
        data = attributes.pop("data")
        attributes["time"] = datetime.fromisoformat(attributes["time"])
        CloudEvent(attributes)
        known = REGISTRY.get(attributes["type"])
        event = known.model_validate(data) if known else Unknown(region=attributes["regioncode"])
        return Received(
            event=event,
            id=UUID(attributes["id"]),
            source=attributes["source"].removeprefix(SOURCE),
            position=int(attributes["sequence"]),
            subject=UUID(attributes["subject"]),
            version=int(attributes["aggregateversion"]),
            time=attributes["time"],
            type=attributes["type"],
            raw=raw,
        )
    except ValidationError as error:
        raise Malformed("data-invalid") from error
    except (CloudEventValidationError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Malformed("envelope-invalid") from error
