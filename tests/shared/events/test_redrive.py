"""Redrive: seen before, done in order, written down, stopped at the first failure."""

import asyncio
import json
from collections import Counter
from uuid import UUID

import pytest
from sqlalchemy import select

from shared.commands.actor import Actor
from shared.commands.audit import audit_log
from shared.db.scope import EVERYTHING
from shared.domain.roles import Role
from shared.events.consumer import take_in
from shared.events.envelope import read
from shared.events.inbox import dead_letter
from shared.events.redrive import RedriveResult, drop, redrive
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.shared.desk.spec import DESK
from tests.shared.mirror.spec import MIRROR
from tests.shared.mirror.tables import Effect
from tests.shared.post import move_letters, told, write_letters

OPERATOR = Actor("wang", "o1", frozenset({Role.OPERATOR}), "220000", EVERYTHING)


@pytest.fixture
async def mirror(open_office: OpenOffice) -> Office:
    """Two letters with three events each; the first of each was broken and came again whole."""
    desk, mirror = await open_office(DESK), await open_office(MIRROR)
    ids = await write_letters(desk, 2)
    await move_letters(desk, ids, "answer", "answered")
    await move_letters(desk, ids, "file", "filed")
    events = await told(desk)
    broken = [json.loads(one.raw) for one in events[:2]]
    for one in broken:
        one["data"] = {}
    early = [read(json.dumps(one).encode()) for one in broken]
    await take_in(MIRROR, mirror.sessions, mirror.clock, [*early, *events[2:]])
    assert len(await waiting(mirror)) == 6
    async with mirror.sessions() as session, session.begin():
        for one in events[:2]:
            mended = dead_letter.update().where(dead_letter.c.event_id == one.id)
            await session.execute(mended.values(envelope=one.raw))
    return mirror


async def waiting(mirror: Office) -> list[int]:
    async with mirror.sessions() as session:
        rows = select(dead_letter.c.position).order_by(dead_letter.c.position)
        return list((await session.execute(rows)).scalars())


async def effects(mirror: Office) -> list[tuple[UUID, int]]:
    async with mirror.sessions() as session:
        found = select(Effect.subject, Effect.version).order_by(Effect.id)
        return [(row.subject, row.version) for row in await session.execute(found)]


async def drive(
    mirror: Office, *, subject: UUID | None = None, really: bool = True
) -> list[RedriveResult]:
    return await redrive(
        MIRROR, mirror.sessions, mirror.clock, OPERATOR,
        subject=subject, really=really, reason="数据已修正",
    )  # fmt: skip


async def test_a_dry_run_shows_the_outcome_of_whole_queues_and_changes_nothing(
    mirror: Office,
) -> None:
    assert Counter(one.outcome for one in await drive(mirror, really=False)) == {"would-apply": 6}
    assert len(await waiting(mirror)) == 6
    assert await effects(mirror) == []


async def test_a_real_run_applies_in_order_and_leaves_an_audit_row_each(mirror: Office) -> None:
    done = await drive(mirror)
    assert Counter(one.outcome for one in done) == {"applied": 6}
    assert await waiting(mirror) == []
    found = await effects(mirror)
    assert [version for _, version in found] == [1, 2, 3, 1, 2, 3]
    async with mirror.sessions() as session:
        rows = (await session.execute(select(audit_log))).all()
    assert {(row.action, row.actor_sub, row.reason) for row in rows} == {
        ("redrive", "wang", "数据已修正")
    }
    assert sorted((row.object_id, row.object_version) for row in rows) == sorted(found)


async def test_one_aggregate_can_be_chosen(mirror: Office) -> None:
    first = (await drive(mirror, really=False))[0].subject
    assert {one.subject for one in await drive(mirror, subject=first)} == {first}
    assert len(await waiting(mirror)) == 3


async def test_a_queue_stops_at_its_first_failure_and_the_others_go_on(mirror: Office) -> None:
    async with mirror.sessions() as session, session.begin():
        second = dead_letter.update().where(dead_letter.c.position == 3)
        await session.execute(second.values(envelope=b"{}"))
    outcomes = {one.position: one.outcome for one in await drive(mirror)}
    assert outcomes == {
        1: "applied",
        3: "envelope-invalid",
        2: "applied",
        4: "applied",
        6: "applied",
    }
    assert await waiting(mirror) == [3, 5]


async def test_two_redrives_at_once_have_one_effect(mirror: Office) -> None:
    await asyncio.gather(drive(mirror), drive(mirror))
    await drive(mirror)
    assert await waiting(mirror) == []
    assert len(await effects(mirror)) == 6


async def test_what_will_never_be_done_is_given_up_and_lets_the_others_pass(mirror: Office) -> None:
    async with mirror.sessions() as session, session.begin():
        first = (
            dead_letter.update()
            .where(dead_letter.c.position == 1)
            .returning(dead_letter.c.event_id)
        )
        event = (await session.execute(first.values(envelope=b"rubbish"))).scalar_one()
    assert {one.position: one.outcome for one in await drive(mirror)}[1] == "not-json"
    for known in (True, False):
        done = await drop(mirror.sessions, mirror.clock, OPERATOR, event, "误写的记录")
        assert done is known
    assert await waiting(mirror) == [3, 5]
    async with mirror.sessions() as session:
        rows = select(audit_log.c.actor_sub, audit_log.c.reason)
        found = (await session.execute(rows.where(audit_log.c.action == "drop-dead-letter"))).all()
    assert [tuple(row) for row in found] == [("wang", "desk 1：误写的记录")]
