"""Published events keep their promise: schemas never break, samples stay readable, no people."""

import json
import re

import pytest
from jsonschema import Draft202012Validator

from deploy.docs import schemas
from deploy.docs.specs import ROOT, events
from shared.contracts.base import Event
from shared.events.envelope import UnknownEvent, read

CLASSES = [event for classes in events().values() for event in classes]
EVENTS = [pytest.param(event, id=event.event_type()) for event in CLASSES]
ID, SUBJECT = "018f0000-0000-7000-8000-000000000001", "018f0000-0000-7000-8000-000000000002"
PUBLISHED = sorted((ROOT / "docs" / "schemas").glob("*.json"))


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_a_published_type_is_still_told_as_promised(path: object) -> None:
    published = json.loads(path.read_text("utf-8"))  # type: ignore[attr-defined]
    event = next(e for e in CLASSES if e.event_type() == published["$id"])
    assert schemas.breaks(published, schemas.schema(event)) == []


@pytest.mark.parametrize("event", EVENTS)
def test_the_sample_fits_the_schema_and_reads_back(event: type[Event]) -> None:
    Draft202012Validator(schemas.schema(event)).validate(event.sample)
    assert event.model_validate(event.sample).model_dump(mode="json", exclude_none=True) == {
        **event.sample
    }


@pytest.mark.parametrize("event", EVENTS)
def test_a_reader_survives_a_field_it_does_not_know(event: type[Event]) -> None:
    assert event.model_validate({**event.sample, "added_later": 1}) == event.model_validate(
        event.sample
    )


@pytest.mark.parametrize("event", EVENTS)
def test_no_field_can_hold_a_person(event: type[Event]) -> None:
    """PIPL.51: names, numbers, phones and accounts have no place in an event."""
    person = re.compile(r"(^|_)(name|phone|account|id_no|owner|applicant|address|card)(_|$)")
    assert [name for name in event.model_fields if person.search(name)] == []


def envelope(event: type[Event], **changes: object) -> bytes:
    """The sample in its envelope."""
    values: dict[str, object] = {
        "specversion": "1.0",
        "id": ID,
        "source": f"/jilin/{event.service}",
        "type": event.event_type(),
        "subject": SUBJECT,
        "time": "2021-04-01T00:30:00Z",
        "sequence": "7",
        "aggregateversion": 3,
        "regioncode": event.sample["region"],
        "data": json.loads(event.model_validate(event.sample).model_dump_json()),
    }
    return json.dumps(values | changes).encode()


@pytest.mark.parametrize("event", EVENTS)
def test_the_envelope_brings_back_what_was_told(event: type[Event]) -> None:
    received = read(envelope(event))
    assert received.event == event.model_validate(event.sample)
    assert (received.source, received.position, received.version) == (event.service, 7, 3)
    assert (str(received.id), str(received.subject)) == (ID, SUBJECT)


def test_a_newer_producers_type_is_known_as_unknown() -> None:
    event = CLASSES[0]
    newer = envelope(event, type=f"{event.event_type()[:-1]}99")
    assert isinstance(read(newer).event, UnknownEvent)


def test_a_taken_away_field_is_a_broken_promise() -> None:
    old = schemas.schema(CLASSES[0])
    new = json.loads(json.dumps(old))
    name = next(iter(new["properties"]))
    del new["properties"][name]
    assert schemas.breaks(old, new) == [f"{name}：字段没有了"]
