"""The envelope: valid CloudEvents, the same bytes every time, and rubbish told from events."""

import contextlib
import json
from typing import Any

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from shared.commands.outbox import outbox
from shared.events.envelope import BadRecord, MalformedEvent, UnknownEvent, read, read_all
from tests.conftest import OpenOffice
from tests.shared.desk.events import LetterReceived
from tests.shared.desk.spec import DESK
from tests.shared.post import write_letters

ID = "018f0000-0000-7000-8000-000000000001"
GOOD: dict[str, Any] = {
    "specversion": "1.0", "id": ID, "source": "/jilin/desk",
    "type": "cn.gov.jl.housing.desk.letter-received.v1", "subject": ID,
    "time": "2021-04-01T00:30:00Z", "datacontenttype": "application/json", "sequence": "7",
    "aggregateversion": 1, "regioncode": "220102", "partitionkey": ID, "traceparent": "00",
    "data": {"region": "220102", "letter_id": ID, "fen": 5},
}  # fmt: skip


def envelope(**changes: Any) -> bytes:
    """The good envelope with changes; None takes an attribute away."""
    return json.dumps({k: v for k, v in (GOOD | changes).items() if v is not None}).encode()


async def test_a_numbered_row_is_a_valid_cloud_event_and_reads_back(
    open_office: OpenOffice,
) -> None:
    office = await open_office(DESK)
    (id,) = await write_letters(office, 1)
    (back,) = await office.events()
    raw = back.raw
    async with office.sessions() as session:
        row = (await session.execute(select(outbox))).one()
    event = JSONFormat().read(CloudEvent, raw)
    again = json.loads(JSONFormat().write(event))
    assert again == json.loads(raw)
    assert (event.get_specversion(), event.get_source()) == ("1.0", "/jilin/desk")
    assert event.get_type() == "cn.gov.jl.housing.desk.letter-received.v1"
    assert event.get_time() == row.at
    assert (back.id, back.subject, back.version, back.position) == (row.event_id, id, 1, 1)
    assert back.event == LetterReceived(region="220102", letter_id=id, fen=1)
    assert read_all(b"[" + raw + b"]", "desk", 0) == [back]


@pytest.mark.parametrize("micros", [0, 1, 120000, 999999])
async def test_the_time_is_told_to_the_microsecond(open_office: OpenOffice, micros: int) -> None:
    office = await open_office(DESK)
    at = office.clock.now().replace(microsecond=micros)
    office.clock.set(at)
    await write_letters(office, 1)
    (back,) = await office.events()
    assert back.time == at
    assert json.loads(back.raw)["time"] == at.isoformat().replace("+00:00", "Z")


def test_what_this_build_cannot_read_keeps_its_place() -> None:
    newer = read(envelope(type="cn.gov.jl.housing.desk.letter-received.v2"))
    bad = read(envelope(data={"region": "220102", "fen": "many"}))
    assert [type(one.event) for one in (newer, bad)] == [UnknownEvent, UnknownEvent]
    assert isinstance(newer.event, UnknownEvent)
    assert isinstance(bad.event, UnknownEvent)
    assert (newer.event.code, bad.event.code) == ("type-unknown", "data-invalid")
    assert (bad.position, str(bad.subject), bad.event.region) == (7, ID, "220102")


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"[]", b"null", b"7", b'"x"', b"\xff", b"[" * 100_000, envelope()[:-1],
        *(envelope(**{name: None}) for name in GOOD
          if name not in ("datacontenttype", "partitionkey", "traceparent")),
        envelope(specversion="2.0"), envelope(id="x"), envelope(subject="x"),
        envelope(time="yesterday"), envelope(sequence="0"), envelope(sequence=str(2**63)),
        envelope(sequence="9" * 5000), envelope(sequence="-1"), envelope(aggregateversion=0),
        envelope(aggregateversion=2**31), envelope(source="/jilin/"), envelope(source=5),
        envelope(source="/jilin/x\u0000"), envelope(type="a\ud800"), envelope(type="x" * 200),
        envelope(regioncode="x"), envelope(regioncode=220102),
    ],
)  # fmt: skip
def test_what_is_no_event_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedEvent):
        read(raw)
    try:
        (one,) = read_all(b"[" + raw + b"]" if raw else raw, "desk", 6)
    except MalformedEvent:
        return
    assert isinstance(one, BadRecord)
    assert one.position == 7


@settings(max_examples=40, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(list(GOOD)),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(list(GOOD)), inner),
    ),
    st.sampled_from(list(GOOD)),
)
def test_no_content_makes_reading_fail_otherwise(value: object, name: str) -> None:
    for whole in (value, [value], GOOD | {name: value}):
        raw = json.dumps(whole).encode()
        with contextlib.suppress(MalformedEvent):
            read(raw)
        with contextlib.suppress(MalformedEvent):
            read_all(raw, "desk", 6)
