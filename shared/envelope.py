"""The envelope of an event: CloudEvents 1.0 in structured JSON, the same bytes at every door."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from shared.contracts.base import REGISTRY, Event
from shared.spec import Received

MEDIA = "application/cloudevents+json"
BATCH_MEDIA = "application/cloudevents-batch+json"
SOURCE = "/jilin/"
_SERVICE = re.compile(r"[a-z]{1,20}")
_TYPE = re.compile(r"[!-~]{1,120}")
_REGION = re.compile(r"[0-9]{6}")
_LARGEST_POSITION, _LARGEST_VERSION = 2**63 - 1, 2**31 - 1


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


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


_FORM = (
    '{{"specversion":"1.0","id":"{id}","source":"{source}","type":"{type}","subject":"{subject}",'
    '"time":"{time}","datacontenttype":"application/json","sequence":"{sequence}",'
    '"aggregateversion":{version},"regioncode":"{region}","partitionkey":"{subject}",'
    '"traceparent":"{trace}","data":{data}}}'
)
"""No value but the data can hold a character that JSON escapes: ids, numbers, codes, instants."""


def write(service: str, kept: Any, position: int | None = None) -> bytes:
    """A numbered row of the outbox as its envelope. The same row gives the same bytes.

    The data are text already and stay as they are: `tests/shared/test_envelope.py` compares the
    result with what the CloudEvents library writes. `position` is for a row about to be numbered.
    """
    return _FORM.format(
        id=kept.event_id,
        source=SOURCE + service,
        type=kept.type,
        subject=kept.subject,
        time=_instant(kept.at),
        sequence=kept.position if position is None else position,
        version=kept.version,
        region=kept.region,
        trace=kept.trace,
        data=kept.data,
    ).encode()


def read(raw: bytes) -> Received:
    """An envelope as it came; an event that cannot be understood is `Unknown`.

    Raises `Malformed` when it is no CloudEvent of ours.
    """
    try:
        whole = from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise Malformed("not-json") from error
    return _received(whole, raw)


def read_all(batch: bytes) -> list[Received]:
    """The events of one answer of the feed. Raises `Malformed`."""
    try:
        found = from_json(batch, allow_inf_nan=False)
        if not isinstance(found, list):
            raise Malformed("not-a-list")
        raws = [to_json(one) for one in found]
    except ValueError as error:
        raise Malformed("not-json") from error
    return [_received(one, raw) for one, raw in zip(found, raws, strict=True)]


def _received(whole: dict[str, Any], raw: bytes) -> Received:
    try:
        attributes = whole
        time = datetime.fromisoformat(attributes["time"])
        source, kind = attributes["source"].removeprefix(SOURCE), attributes["type"]
        position, version = int(attributes["sequence"]), int(attributes["aggregateversion"])
        if not (
            attributes["specversion"] == "1.0"
            and time.tzinfo is not None
            and attributes["source"] == SOURCE + source
            and _SERVICE.fullmatch(source)
            and _TYPE.fullmatch(kind)
            and _REGION.fullmatch(attributes["regioncode"])
            and 0 < position <= _LARGEST_POSITION
            and 0 < version <= _LARGEST_VERSION
        ):
            raise Malformed("envelope-invalid")
        return Received(
            event=_event(kind, attributes["regioncode"], attributes["data"]),
            id=UUID(attributes["id"]),
            source=source,
            position=position,
            subject=UUID(attributes["subject"]),
            version=version,
            time=time,
            type=kind,
            raw=raw,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Malformed("envelope-invalid") from error


def _event(kind: str, region: str, data: object) -> Event:
    known = REGISTRY.get(kind)
    if known is None:
        return Unknown(region=region)
    try:
        return known.model_validate(data)
    except ValidationError:
        return Unknown(region=region, code="data-invalid")
