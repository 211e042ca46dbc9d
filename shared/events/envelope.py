"""The envelope of an event: CloudEvents 1.0 in structured JSON, over Kafka and HTTP alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    Json,
    TypeAdapter,
    ValidationError,
    create_model,
)
from pydantic_core import from_json, to_json

from shared.contracts.base import REGISTRY, Event
from shared.contracts.received_event import ReceivedEvent

BATCH_MEDIA = "application/cloudevents-batch+json"
SOURCE = "/jilin/"
_LARGEST_POSITION = 2**63 - 1


class UnknownEvent(Event):
    """An event that this build cannot read: of a newer type, or with data against the contract.

    Whoever takes in events of this kind makes it a dead letter, everybody else passes it by.
    """

    code: str = "type-unknown"


class MalformedEvent(Exception):
    """A record that is no event of ours. `code` says what is wrong, without its content."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that is no event of its source, as it came.

    `place` names it within the source; `position` is 0 where only the event itself could tell it.
    `subject` is the aggregate that it seems to be about, whose later events then wait behind it.
    """

    source: str
    place: str
    raw: bytes
    code: str
    subject: UUID | None = None
    position: int = 0


def uuid_or_none(text: object) -> UUID | None:
    """The text as an id, or None when it is none."""
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def written(service: str) -> str:
    """The envelope of a numbered row `o` of the outbox, as an SQL expression of type text.

    The database writes it, in the same words for the sequencer's chain, the relay and the feed.
    No value but the data can hold a character that JSON escapes, and the data are JSON already:
    `tests/shared/events/test_envelope.py` compares the result with what the CloudEvents library
    writes.
    """
    return f"""format(
      '{{"specversion":"1.0","id":"%s","source":"{SOURCE}{service}","type":"%s","subject":"%s",'
      '"time":"%sZ","datacontenttype":"application/json","sequence":"%s","aggregateversion":%s,'
      '"regioncode":"%s","partitionkey":"%s","traceparent":"%s","data":%s}}',
      o.event_id, o.type, o.subject,
      replace(to_char(o.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '.000000', ''),
      o.position, o.version, o.region, o.subject, o.trace, o.data)"""


class _Wire(BaseModel):
    """What an envelope of this system must hold; other attributes are ignored."""

    model_config = ConfigDict(strict=True)

    specversion: Literal["1.0"]
    id: UUID
    source: Annotated[str, Field(pattern=r"^/jilin/[a-z]{1,20}$")]
    type: Annotated[str, Field(pattern=r"^[!-~]{1,120}$")]
    subject: UUID
    time: AwareDatetime
    sequence: Annotated[str, Field(pattern=r"^[0-9]{1,19}$")]
    aggregateversion: Annotated[int, Field(ge=1, le=2**31 - 1)]
    regioncode: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    data: Any


def _of_kind(kind: str, event: type[Event]) -> Any:
    """The envelope of one type, whose data are validated together with it."""
    fields: dict[str, Any] = {"type": Literal[kind], "data": event}
    return create_model(event.__name__, __base__=_Wire, **fields)


@cache
def _all(known: int) -> TypeAdapter[list[_Wire]]:
    """Many envelopes of the types of a registry that has `known` of them."""
    kinds = [_of_kind(kind, event) for kind, event in REGISTRY.items()]
    chosen: Any = Annotated[reduce(or_, kinds), Field(discriminator="type")]
    return TypeAdapter(list[Json[chosen]])


def read(raw: bytes) -> ReceivedEvent:
    """An envelope as it came; an event that cannot be understood is `UnknownEvent`.

    Raises `MalformedEvent` when it is no CloudEvent of ours.
    """
    try:
        found = _Wire.model_validate_json(raw)
    except ValidationError as error:
        broken = error.errors(include_url=False, include_input=False)[0]["type"] == "json_invalid"
        raise MalformedEvent("not-json" if broken else "envelope-invalid") from None
    return _received(found, _event(found.type, found.regioncode, found.data), raw)


def read_each(raws: Sequence[bytes]) -> list[ReceivedEvent | MalformedEvent]:
    """What `read` makes of each: in one go, unless one of them spoils it."""
    try:
        wires = _all(len(REGISTRY)).validate_python(raws)
        return [_received(wire, wire.data, raw) for wire, raw in zip(wires, raws, strict=True)]
    except (ValidationError, MalformedEvent):
        return [_tried(raw) for raw in raws]


def _tried(raw: bytes) -> ReceivedEvent | MalformedEvent:
    try:
        return read(raw)
    except MalformedEvent as malformed:
        return malformed


def _received(found: _Wire, event: Event, raw: bytes) -> ReceivedEvent:
    position, region = int(found.sequence), found.regioncode
    if not 0 < position <= _LARGEST_POSITION:
        raise MalformedEvent("envelope-invalid")
    if event.region != region:  # what it was filtered by is not what it says
        event = UnknownEvent(region=region, code="region-differs")
    return ReceivedEvent(
        event,
        found.id,
        found.source[len(SOURCE) :],
        position,
        found.subject,
        found.aggregateversion,
        found.time,
        found.type,
        raw,
    )


def read_all(batch: bytes, source: str, after: int) -> list[ReceivedEvent | BadRecord]:
    """The events of one answer of a source's feed that was asked for what comes `after`.

    What is no event of the source is a `BadRecord`: in a feed without gaps its place tells its
    position.
    Raises `MalformedEvent` when the answer as a whole is none of a feed.
    """
    # Our own feed writes one event a line: then nothing needs to be taken apart and put together.
    lines = read_each(batch[1:-1].split(b",\n")) if batch[:1] == b"[" else []
    good = [one for one in lines if isinstance(one, ReceivedEvent) and one.source == source]
    if good and len(good) == len(lines):
        return [*good]
    try:
        found = from_json(batch, allow_inf_nan=False)
    except ValueError as error:
        raise MalformedEvent("not-json") from error
    if not isinstance(found, list):
        raise MalformedEvent("not-a-list")
    return [_one(one, source, position) for position, one in enumerate(found, after + 1)]


def _one(found: object, source: str, position: int) -> ReceivedEvent | BadRecord:
    raw, code = to_json(found), "source-differs"
    try:
        received = read(raw)
        if received.source == source:
            return received
    except MalformedEvent as malformed:
        code = malformed.code
    subject = uuid_or_none(found.get("subject")) if isinstance(found, dict) else None
    return BadRecord(source, str(position), raw, code, subject, position)


def _event(kind: str, region: str, data: object) -> Event:
    known = REGISTRY.get(kind)
    if known is None:
        return UnknownEvent(region=region)
    try:
        return known.model_validate(data)
    except ValidationError:
        return UnknownEvent(region=region, code="data-invalid")
