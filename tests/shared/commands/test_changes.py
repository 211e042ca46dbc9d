"""Loading and moving aggregates: what is refused, all at once, and what each move leaves."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from shared.commands import changes
from shared.commands.actor import SYSTEM
from shared.commands.audit import audit_log
from shared.commands.context import CommandContext
from shared.commands.reads import ChildRows
from shared.db.records import record
from shared.db.scope import Reach
from shared.domain.fields import Item
from shared.domain.problems import (
    Conflict,
    Forbidden,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    Problem,
    Refused,
)
from shared.domain.roles import Role
from tests.harness import Office
from tests.shared.desk.api import letter, received, tell
from tests.shared.desk.tables import LETTER, Letter, Reply
from tests.shared.post import BY_ID, counts, move_letters, write_letters

NOBODY = UUID(int=7)
TABLES = ("letter", "outbox", "audit_log")
REPLIES = ChildRows(
    Reply, where="p.letter_id = t.id AND p.text <> {}", order="p.text", values=("作废",)
)


def clerk(office: Office, *, region: str = "220102", **given: Any) -> CommandContext:
    """A change of somebody at a street office."""
    reach = Reach.of(region)
    actor = replace(SYSTEM, subject="u1", roles=frozenset({Role.STREET}), reach=reach)
    return replace(office.change(reach, **given), actor=actor)


def reasons(refusal: Problem) -> list[tuple[str, str]]:
    return [(one.code, one.pointer) for one in refusal.reasons]


async def test_an_object_is_loaded_in_the_version_that_was_seen(office: Office) -> None:
    [id] = await write_letters(office, 1)
    assert (await changes.load(clerk(office, expected=1), Letter, id)).version == 1
    with pytest.raises(PreconditionRequired, match="version-required"):
        await changes.load(clerk(office), Letter, id)
    with pytest.raises(PreconditionFailed, match="version-stale") as stale:
        await changes.load(clerk(office, expected=2), Letter, id)
    assert stale.value.extra == {"version": 1}
    for call, one in ((clerk(office), NOBODY), (clerk(office, region="220103"), id)):
        with pytest.raises(NotFound, match="not-found"):
            await changes.load(call, Letter, one)


async def test_parts_are_read_along_in_their_order(office: Office) -> None:
    first, second = await write_letters(office, 2)
    call = office.change()
    for id, words in ((first, "乙"), (first, "甲"), (first, "作废"), (second, "丙")):
        call.writes.add(record(Reply, letter_id=id, text=words, sent=True))
    await call.write()
    found: Any = await changes.load(clerk(office, expected=1), Letter, first, replies=REPLIES)
    assert [one.text for one in found.replies] == sorted(("甲", "乙"))
    other = REPLIES.given("乙")
    again: Any = await changes.load(clerk(office, expected=1), Letter, first, replies=other)
    assert {one.text for one in again.replies} == {"甲", "作废"}


async def test_a_list_keeps_its_order_and_tells_all_that_is_wrong(office: Office) -> None:
    ids = await write_letters(office, 3)
    call = clerk(office)
    wanted = [Item(id=id, version=1) for id in reversed(ids)]
    assert [row.id for row in await changes.load_all(call, Letter, wanted)] == ids[::-1]
    twice = [*wanted, wanted[1], wanted[0]]
    with pytest.raises(Refused) as doubles:
        await changes.load_all(call, Letter, twice)
    assert reasons(doubles.value) == [("repeated", "/items/3/id"), ("repeated", "/items/4/id")]
    stale = Item(id=ids[1], version=9)
    with pytest.raises(NotFound) as missing:
        await changes.load_all(call, Letter, [wanted[0], Item(id=NOBODY, version=1), stale])
    assert reasons(missing.value) == [
        ("not-found", "/items/1/id"), ("version-stale", "/items/2/version"),
    ]  # fmt: skip
    with pytest.raises(PreconditionFailed) as old:
        await changes.load_all(call, Letter, [wanted[0], stale])
    assert reasons(old.value) == [("version-stale", "/items/1/version")]


async def test_moves_of_a_list_are_refused_all_at_once(office: Office) -> None:
    """Wrong states and wrong posts of every row in one refusal, and no row is half moved."""
    ids = await write_letters(office, 4)
    await move_letters(office, ids[2:], "answer", "answered")
    call = clerk(office)
    items = [Item(id=id, version=1 + (n > 1)) for n, id in enumerate(ids)]
    rows = await changes.load_all(call, Letter, items)
    with pytest.raises(Conflict) as refused:
        changes.move_all(call, LETTER, rows, "answer", [tell(row, "answered") for row in rows])
    assert reasons(refused.value) == [("wrong-state", "/items/2"), ("wrong-state", "/items/3")]
    actions = ["answer", "answer", "file", "file"]
    with pytest.raises(Forbidden) as post:
        changes.move_all(call, LETTER, rows, actions, [tell(row, "x") for row in rows])
    assert [pointer for _, pointer in reasons(post.value)] == ["/items/2", "/items/3"]
    assert [row.version for row in rows] == [1, 1, 2, 2]
    assert not call.writes


async def test_one_event_and_one_audit_row_for_each_change(office: Office) -> None:
    call = clerk(office)
    rows = [letter(fen=fen) for fen in (1, 2)]
    changes.create_all(call, LETTER, rows, [received(row) for row in rows])
    await call.write()
    changes.move_all(
        call, LETTER, rows, "answer", [tell(row, "answered") for row in rows], reason=["甲", "乙"]
    )
    await call.write()
    assert await counts(office, *TABLES) == [2, 4, 4]
    events = [(one.subject, one.version) for one in await office.events()]
    assert sorted(events) == sorted((row.id, version) for row in rows for version in (1, 2))
    columns = audit_log.c
    trail = select(columns.object_id, columns.reason, columns.actor_sub, columns.state_after)
    async with office.sessions() as session:
        found = await session.execute(trail.where(columns.action == "answer"))
        assert {tuple(one) for one in found} == {
            (rows[0].id, "甲", "u1", "answered"), (rows[1].id, "乙", "u1", "answered"),
        }  # fmt: skip


async def test_who_tells_nobody_leaves_his_trail(office: Office) -> None:
    call = clerk(office)
    row = letter()
    changes.create(call, LETTER, row, None, reason="口头")
    await call.write()
    changes.move(call, LETTER, row, "answer", None)
    await call.write()
    assert await counts(office, *TABLES) == [1, 0, 2]


async def test_a_new_row_may_be_moved_in_the_same_command(office: Office) -> None:
    call = clerk(office)
    row = letter()
    changes.create(call, LETTER, row, received(row))
    changes.move(call, LETTER, row, "answer", tell(row, "answered"))
    await call.write()
    [found] = await call.read(BY_ID, ids=[row.id])
    assert (found.state, found.version) == ("answered", 2)
    assert [one.version for one in await office.events()] == [1, 2]


async def test_new_rows_outside_the_reach_are_named(office: Office) -> None:
    call = clerk(office)
    rows = [letter(region) for region in ("220102", "220103", "220202")]
    with pytest.raises(Forbidden, match="region-outside") as refused:
        changes.create_all(call, LETTER, rows, [None, None, None])
    assert [pointer for _, pointer in reasons(refused.value)] == [
        "/items/1/region", "/items/2/region",
    ]  # fmt: skip
    assert not call.writes


async def test_a_run_locks_what_it_loads(office: Office) -> None:
    [id] = await write_letters(office, 1)
    run = replace(await office.call(), expected=1)
    async with run.session.begin():
        row = await changes.load(run, Letter, id)
        free = "SELECT id FROM letter WHERE id = $1 FOR UPDATE SKIP LOCKED"
        other = await office.call()
        async with other.session.begin():
            found = await (await other.session.connection()).exec_driver_sql(free, (id,))
            assert found.all() == []
        changes.move(run, LETTER, row, "answer", tell(row, "answered"))
        await run.write()
    assert await counts(office, *TABLES) == [1, 2, 2]
    with pytest.raises(TypeError, match="statements of its own"):
        await changes.load(replace(await office.call(), expected=2), Letter, id, replies=REPLIES)


async def test_a_change_has_no_session(office: Office) -> None:
    with pytest.raises(TypeError, match="no session"):
        _ = office.change().session
