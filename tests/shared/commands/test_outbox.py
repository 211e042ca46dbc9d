"""The outbox and its numbers: gapless, in the order of commits, versions in turn."""

import asyncio
import random

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from shared.commands import changes
from shared.commands.outbox import LARGEST, outbox, row
from shared.db.errors import as_problem
from shared.events.consumer import call_for
from tests.harness import Office
from tests.shared.desk.api import letter, received
from tests.shared.desk.tables import LETTER
from tests.shared.post import move_letters, told, write_letters


async def test_a_row_that_is_committed_late_is_numbered_late_and_not_lost(office: Office) -> None:
    early, late = letter(), letter()
    async with office.sessions() as session, session.begin():
        call = call_for(session, office.clock)
        changes.create(call, LETTER, early, received(early))
        await call.write()
        (other,) = await write_letters(office, 1)
        assert [one.subject for one in await told(office)] == [other]
    await write_letters(office, 2)
    events = await told(office)
    assert [one.position for one in events] == [1, 2, 3, 4]
    assert early.id in {one.subject for one in events[1:]}
    async with office.sessions() as session:
        ids = (await session.execute(select(outbox.c.id).order_by(outbox.c.position))).scalars()
        assert list(ids) != sorted(ids)
        assert late.id not in {one.subject for one in events}


async def test_writers_at_once_leave_no_gap_and_no_version_out_of_turn(office: Office) -> None:
    over = asyncio.Event()
    dice = random.Random(1)

    async def busy(own: random.Random) -> None:
        for _ in range(8):
            ids = await write_letters(office, own.randint(1, 4))
            await asyncio.sleep(own.random() / 100)
            await move_letters(office, ids, "answer", "answered")
            await move_letters(office, ids[:1], "file", "filed")

    async def numbering() -> None:
        while not over.is_set():
            await office.number()
            await asyncio.sleep(0)

    sequencer = asyncio.create_task(numbering())
    await asyncio.gather(*(busy(random.Random(dice.random())) for _ in range(5)))
    over.set()
    await sequencer
    events = await told(office)
    assert [one.position for one in events] == list(range(1, len(events) + 1))
    versions: dict[object, list[int]] = {}
    for one in events:
        versions.setdefault(one.subject, []).append(one.version)
    assert all(found == list(range(1, len(found) + 1)) for found in versions.values())


async def test_what_a_broker_would_not_take_is_never_committed(office: Office) -> None:
    one = letter()
    values = row(
        aggregate="desk.letter", subject=one.id, version=1, region=one.region,
        event=received(one), trace="00", now=office.clock.now(),
    )  # fmt: skip
    whole = {**values, "data": '"' + "好" * (LARGEST // 3) + '"'}
    async with office.sessions() as session:
        with pytest.raises(IntegrityError) as caught:
            await session.execute(insert(outbox).values(whole))
    assert as_problem(caught.value).status == 409


async def test_the_same_version_is_not_told_twice(office: Office) -> None:
    (id,) = await write_letters(office, 1)
    one = letter()
    one.id = id
    again = row(
        aggregate="desk.letter", subject=id, version=1, region=one.region,
        event=received(one), trace="00", now=office.clock.now(),
    )  # fmt: skip
    async with office.sessions() as session:
        with pytest.raises(IntegrityError, match="uq_outbox_aggregate_subject_version"):
            await session.execute(insert(outbox).values(again))
