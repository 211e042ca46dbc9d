"""Taking in: each event once, in order, whatever comes twice, mixed up, broken or too early."""

import asyncio
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from shared.commands.context import CommandContext
from shared.commands.spec import ServiceSpec, Subscription
from shared.contracts.received_event import ReceivedEvent
from shared.db.model import new_id
from shared.events.consumer import (
    HistoryMismatch,
    keep_bad_record,
    positions,
    take_in,
    watch_sources,
)
from shared.events.envelope import BadRecord, read
from shared.events.inbox import dead_letter, inbox
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.shared.desk.events import LetterMoved, LetterReceived
from tests.shared.desk.spec import DESK
from tests.shared.mirror.consumers import reflect
from tests.shared.mirror.spec import MIRROR
from tests.shared.mirror.tables import Effect, LetterCopy, RegionSum
from tests.shared.post import move_letters, told, write_letters


@dataclass
class Pair:
    """The desk that tells and the mirror that listens."""

    desk: Office
    mirror: Office

    async def take(self, batch: Sequence[ReceivedEvent], spec: ServiceSpec = MIRROR) -> int:
        return await take_in(spec, self.mirror.sessions, self.mirror.clock, batch)

    async def position(self) -> int:
        async with self.mirror.sessions() as session:
            return (await positions(session)).get("desk", 0)

    async def waiting(self) -> list[tuple[int, str]]:
        async with self.mirror.sessions() as session:
            rows = select(dead_letter.c.position, dead_letter.c.code).order_by(
                dead_letter.c.position
            )
            return [(row.position, row.code) for row in await session.execute(rows)]

    async def state(self) -> tuple[list[Any], list[Any], int, int]:
        """Everything that effects could have changed, and how many effects there were."""
        async with self.mirror.sessions() as session:
            letters = select(LetterCopy.id, LetterCopy.state, LetterCopy.version, LetterCopy.fen)
            sums = select(RegionSum.region, RegionSum.letters, RegionSum.fen)
            return (
                [tuple(r) for r in await session.execute(letters.order_by(LetterCopy.id))],
                [tuple(r) for r in await session.execute(sums.order_by(RegionSum.region))],
                (await session.execute(select(func.count()).select_from(Effect))).scalar_one(),
                (await session.execute(select(func.count()).select_from(inbox))).scalar_one(),
            )


@pytest.fixture
async def pair(open_office: OpenOffice) -> Pair:
    return Pair(await open_office(DESK), await open_office(MIRROR))


async def story(pair: Pair) -> list[ReceivedEvent]:
    """Three letters in each of two regions: received, some answered, one filed. 11 events."""
    ids = await write_letters(pair.desk, 3) + await write_letters(pair.desk, 3, region="220202")
    await move_letters(pair.desk, ids[1:5], "answer", "answered")
    await move_letters(pair.desk, ids[2:3], "file", "filed")
    return await told(pair.desk)


def fold(events: Sequence[ReceivedEvent]) -> tuple[list[Any], list[Any], int, int]:
    """What the state must be after these events."""
    letters: dict[Any, tuple[str, int, int]] = {}
    sums: dict[str, list[int]] = {}
    for one in sorted(events, key=lambda received: received.position):
        if isinstance(one.event, LetterReceived):
            letters[one.subject] = ("received", 1, one.event.fen)
            kept = sums.setdefault(one.event.region, [0, 0])
            kept[0] += 1
            kept[1] += one.event.fen
        elif isinstance(one.event, LetterMoved):
            letters[one.subject] = (one.event.state, one.version, letters[one.subject][2])
    return (
        sorted((id, *rest) for id, rest in letters.items()),
        sorted((region, *kept) for region, kept in sums.items()),
        len(events),
        len(events),
    )


async def test_an_event_that_comes_again_has_no_effect(pair: Pair) -> None:
    events = await story(pair)
    assert await pair.take([*events[:3], *events[:3]]) == 3
    assert await pair.take(events) == len(events) - 3
    assert await pair.take(events) == 0
    assert await pair.state() == fold(events)
    assert await pair.position() == len(events)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), data=st.data())
async def test_batches_cut_mixed_and_repeated_at_will_give_the_same_state(
    pair: Pair, seed: int, data: st.DataObject
) -> None:
    async with pair.mirror.sessions() as session, session.begin():
        for table in (
            "effect",
            "letter_copy",
            "region_sum",
            "inbox",
            "consumer_pos",
            "dead_letter",
        ):
            await session.execute(text(f"DELETE FROM {table}"))
    events = await told(pair.desk) or await story(pair)
    dice, reached = random.Random(seed), 0
    while reached < len(events):
        start = data.draw(st.integers(0, reached))
        reached = data.draw(st.integers(reached + 1, len(events)))
        batch = events[start:reached] + dice.choices(events[:reached], k=dice.randint(0, 5))
        dice.shuffle(batch)
        await pair.take(batch)
        assert await pair.position() == reached
    assert await pair.state() == fold(events)
    assert await pair.waiting() == []


async def test_the_same_batches_at_once_have_one_effect(pair: Pair) -> None:
    events = await story(pair)

    async def steadily(batch: Sequence[ReceivedEvent]) -> None:
        while True:
            try:
                await pair.take(batch)
            except OperationalError:
                continue
            return

    await asyncio.gather(*(steadily(events[: 5 + n]) for n in (0, 3, 6, 6)))
    assert await pair.state() == fold(events)
    assert await pair.position() == len(events)


async def test_the_position_stands_before_a_gap_until_it_closes(pair: Pair) -> None:
    events = await story(pair)
    await pair.take(events[:2])
    await pair.take(events[3:6])
    assert await pair.position() == 2
    await pair.take(events[2:3])
    assert await pair.position() == 6


async def test_of_two_that_take_in_at_once_the_later_one_moves_the_position_over_both(
    pair: Pair,
) -> None:
    await watch_sources(MIRROR, pair.mirror.sessions)
    events = await story(pair)
    both_claimed = asyncio.Barrier(2)

    async def meet(call: CommandContext, received: Sequence[ReceivedEvent]) -> None:
        await both_claimed.wait()

    spec = replace(MIRROR, subscriptions=(Subscription((LetterReceived, LetterMoved), meet),))
    await asyncio.gather(*(pair.take(events[n::2], spec) for n in (0, 1)))
    assert await pair.position() == len(events)


def _poisoned(events: list[ReceivedEvent], at: int) -> list[ReceivedEvent]:
    """The same with one event whose data broke on the way from the producer."""
    whole = json.loads(events[at].raw)
    whole["data"]["fen"] = "many"
    return [*events[:at], read(json.dumps(whole).encode()), *events[at + 1 :]]


async def test_poison_is_a_dead_letter_with_its_successors_in_order_and_the_rest_flows(
    pair: Pair,
) -> None:
    events = await story(pair)
    subject = events[2].subject
    behind = [one.position for one in events if one.subject == subject][1:]
    await pair.take(_poisoned(events, 2))
    assert await pair.waiting() == [
        (3, "data-invalid"), *((position, "behind-dead-letter") for position in behind)
    ]  # fmt: skip
    assert len(behind) == 2
    others = [one for one in events if one.subject != subject]
    letters, sums, effects, seen = await pair.state()
    assert (letters, sums, effects) == fold(others)[:3]
    assert seen == await pair.position() == len(events)
    (later,) = await write_letters(pair.desk, 1)
    await move_letters(pair.desk, [later], "answer", "answered")
    await pair.take(await told(pair.desk, after=len(events)))
    assert len(await pair.waiting()) == 3
    assert await pair.position() == len(events) + 2


async def test_what_a_rule_refuses_and_what_a_bug_breaks_is_a_dead_letter_without_its_content(
    pair: Pair,
) -> None:
    events = await story(pair)
    await pair.take(events[6:7])  # answered, but nobody told of the letter
    assert [code for _, code in await pair.waiting()] == ["letter-unknown"]

    async def buggy(call: CommandContext, received: Sequence[ReceivedEvent]) -> None:
        if any(one.position == 1 for one in received):
            raise LookupError("the content 220102199001011234")
        await reflect(call, received)

    subscription = Subscription((LetterReceived, LetterMoved), buggy)
    await pair.take(events[:6], replace(MIRROR, subscriptions=(subscription,)))
    assert [code for _, code in await pair.waiting()] == ["LookupError", "letter-unknown"]
    async with pair.mirror.sessions() as session:
        reasons = (await session.execute(select(dead_letter.c.reason))).scalars().all()
    assert not any("2201" in reason for reason in reasons)
    assert len((await pair.state())[0]) == 5


async def test_an_unknown_type_passes_but_a_newer_version_of_a_known_one_is_a_dead_letter(
    pair: Pair,
) -> None:
    whole = json.loads((await story(pair))[0].raw)
    other = {**whole, "type": "cn.gov.jl.housing.desk.letter-stamped.v1"}
    newer = {
        **whole, "type": "cn.gov.jl.housing.desk.letter-received.v99",
        "id": str(new_id()), "subject": str(new_id()), "sequence": "2",
    }  # fmt: skip
    await pair.take([read(json.dumps(one).encode()) for one in (other, newer)])
    assert await pair.position() == 2
    assert await pair.waiting() == [(2, "type-unknown")]


async def test_a_malformed_record_is_kept_once(pair: Pair) -> None:
    for _ in range(2):
        broken = BadRecord("desk", "t/0/5", b"\xff{", "not-json")
        await keep_bad_record(pair.mirror.sessions, pair.mirror.clock, broken)
    async with pair.mirror.sessions() as session:
        row = (await session.execute(select(dead_letter))).one()
    assert (row.type, row.envelope, row.code) == ("malformed", b"\xff{", "not-json")


async def test_a_transient_error_is_raised_and_keeps_nothing(pair: Pair) -> None:
    events = await story(pair)
    async with pair.mirror.sessions() as session, session.begin():
        await session.execute(text("LOCK TABLE letter_copy IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(Exception, match="lock timeout"):
            await pair.take(events)
    assert (await pair.state())[2:] == (0, 0)
    assert await pair.waiting() == []
    await pair.take(events)
    assert await pair.state() == fold(events)


async def test_a_position_that_another_event_has_taken_stops_the_intake(pair: Pair) -> None:
    """The source was restored from a backup: guessing would lose events."""
    events = await story(pair)
    await pair.take(events[:4])
    for other in (events[3]._replace(id=new_id()), events[3]._replace(position=5)):
        with pytest.raises(HistoryMismatch, match=f"desk {other.position}"):
            await pair.take([other])
    with pytest.raises(HistoryMismatch, match="desk 6"):
        await pair.take([events[4], events[4]._replace(position=6)])
    assert await pair.position() == 5


async def test_a_source_shows_before_its_first_event(pair: Pair) -> None:
    for _ in range(2):
        await watch_sources(MIRROR, pair.mirror.sessions)
    async with pair.mirror.sessions() as session:
        assert await positions(session) == {"desk": 0}


async def test_the_metrics_tell_how_long_a_source_has_been_quiet(pair: Pair) -> None:
    watcher = pair.mirror.client()
    await watch_sources(MIRROR, pair.mirror.sessions)
    assert "housing_source_quiet_seconds{" not in (await watcher.get("/metrics")).text
    await pair.take(await story(pair))
    pair.mirror.clock.set(pair.mirror.clock.now() + timedelta(minutes=30))
    quiet = 'housing_source_quiet_seconds{source="desk"} 1800.0'
    assert quiet in (await watcher.get("/metrics")).text
