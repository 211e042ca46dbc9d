"""The envelope of an event: CloudEvents 1.0 in structured JSON, the same bytes at every door."""

import json
import re
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
_SERVICE = re.compile(r"[a-z]{1,20}")
_TYPE = re.compile(r"[!-~]{1,120}")
_REGION = re.compile(r"[0-9]{6}")
_LARGEST_POSITION, _LARGEST_VERSION = 2**63 - 1, 2**31 - 1


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
    """An event that this build cannot read: of a newer type, or with data against the contract.

    Whoever takes in events of this kind parks it, everybody else passes it by.
    """

    code: str = "type-unknown"


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
    """An envelope as it came; an event that cannot be understood is `Unknown`.

    Raises `Malformed` when it is no CloudEvent of ours.
    """
    try:
        whole = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Malformed("not-json") from error
    return _received(whole, raw)


def read_all(batch: bytes) -> list[Received]:
    """The events of one answer of the feed. Raises `Malformed`."""
    try:
        found = json.loads(batch)
        if not isinstance(found, list):
            raise Malformed("not-a-list")
        raws = [json.dumps(o, ensure_ascii=False, separators=(",", ":")).encode() for o in found]
    except (ValueError, RecursionError) as error:
        raise Malformed("not-json") from error
    return [_received(one, raw) for one, raw in zip(found, raws, strict=True)]


def _received(whole: dict[str, Any], raw: bytes) -> Received:
    try:
        attributes = dict(whole)
        data = attributes.pop("data")
        attributes["time"] = datetime.fromisoformat(attributes["time"])
        CloudEvent(dict(attributes))
        source, kind = attributes["source"].removeprefix(SOURCE), attributes["type"]
        position, version = int(attributes["sequence"]), int(attributes["aggregateversion"])
        if not (
            attributes["specversion"] == "1.0"
            and _SERVICE.fullmatch(source)
            and _TYPE.fullmatch(kind)
            and _REGION.fullmatch(attributes["regioncode"])
            and 0 < position <= _LARGEST_POSITION
            and 0 < version <= _LARGEST_VERSION
        ):
            raise Malformed("envelope-invalid")
        return Received(
            event=_event(kind, attributes["regioncode"], data),
            id=UUID(attributes["id"]),
            source=source,
            position=position,
            subject=UUID(attributes["subject"]),
            version=version,
            time=attributes["time"],
            type=kind,
            raw=raw,
        )
    except (CloudEventValidationError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Malformed("envelope-invalid") from error


def _event(kind: str, region: str, data: object) -> Event:
    known = REGISTRY.get(kind)
    if known is None:
        return Unknown(region=region)
    try:
        return known.model_validate(data)
    except ValidationError:
        return Unknown(region=region, code="data-invalid")
