"""Published events keep their promise: schemas never break, samples stay readable, no people."""

import json
import re
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import uuid4

import pytest
from jsonschema import Draft202012Validator

from shared.contracts.base import Event
from shared.docs import schemas
from shared.docs.specs import ROOT, events
from shared.envelope import Unknown, read, write

CLASSES = [event for classes in events().values() for event in classes]
EVENTS = [pytest.param(event, id=event.event_type()) for event in CLASSES]
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


def row(event: type[Event], **changes: object) -> SimpleNamespace:
    """A numbered row of the outbox as the relay sees it."""
    values: dict[str, object] = {
        "event_id": uuid4(),
        "type": event.event_type(),
        "subject": uuid4(),
        "at": datetime(2021, 4, 1, 0, 30, tzinfo=UTC),
        "position": 7,
        "version": 3,
        "region": event.sample["region"],
        "trace": f"00-{'a' * 32}-{'b' * 16}-01",
        "data": event.model_validate(event.sample).model_dump_json(),
    }
    return SimpleNamespace(**(values | changes))


@pytest.mark.parametrize("event", EVENTS)
def test_the_envelope_brings_back_what_was_told(event: type[Event]) -> None:
    kept = row(event)
    received = read(write(event.service, kept))
    assert received.event == event.model_validate(event.sample)
    assert (received.source, received.position, received.version) == (event.service, 7, 3)
    assert (received.id, received.subject) == (kept.event_id, kept.subject)


def test_a_newer_producers_type_is_known_as_unknown() -> None:
    event = CLASSES[0]
    kept = row(event, type=f"{event.event_type()[:-1]}99")
    assert isinstance(read(write(event.service, kept)).event, Unknown)


def test_a_taken_away_field_is_a_broken_promise() -> None:
    old = schemas.schema(CLASSES[0])
    new = json.loads(json.dumps(old))
    name = next(iter(new["properties"]))
    del new["properties"][name]
    assert schemas.breaks(old, new) == [f"{name}：字段没有了"]
