"""What a command leaves is one statement: all of it or nothing, and only upon what was read."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import bindparam, delete, func, literal_column, select, text

from shared.commands import changes
from shared.commands.context import CommandContext, WriteConflict
from shared.db.model import new_id
from shared.db.records import record
from shared.db.scope import Reach
from shared.db.statement import Statement
from shared.domain.problems import Forbidden, Problem, Refused, Unavailable
from tests.counting import statements
from tests.harness import Office
from tests.shared.desk.api import SAME, SEND, letter, received, tell
from tests.shared.desk.tables import LETTER, Letter, Reply
from tests.shared.post import BY_ID, counts, write_letters

TABLES = ("letter", "reply", "outbox", "audit_log")
REPLIES = Statement(select(Reply).order_by(Reply.text))
DROP = Statement(delete(Reply).where(Reply.text == bindparam("text")))
END = Statement(
    select(literal_column("1")).where(
        func.pg_terminate_backend(func.pg_backend_pid()), func.pg_sleep(30).is_not(None)
    )
)
"""Ends its own connection."""


async def one_letter(call: CommandContext, office: Office) -> Letter:
    """A letter that is there, as this call reads it."""
    [row] = await call.read(BY_ID, ids=await write_letters(office, 1))
    found: Letter = row
    return found


def reply(row: Letter, words: str, *, sent: bool = False) -> Any:
    return record(Reply, letter_id=row.id, text=words, sent=sent)


async def replies(office: Office) -> list[tuple[str, bool]]:
    return [(one.text, one.sent) for one in await office.change().read(REPLIES)]


async def test_all_that_a_command_leaves_is_one_statement(office: Office) -> None:
    """New rows of two tables, a changed row, an UPDATE and a DELETE by condition, a guard."""
    before = office.change()
    row = await one_letter(before, office)
    for words in ("草稿", "作废"):
        before.writes.add(reply(row, words))
    await before.write()
    call = office.change()
    [row] = await call.read(BY_ID, ids=[row.id])
    changes.move(call, LETTER, row, "answer", tell(row, "answered"))
    call.writes.also(SEND, letter=row.id)
    call.writes.also(DROP, text="没有")
    call.writes.unless(SAME, letter=row.id, text="答复")
    new = letter(fen=7)
    changes.create(call, LETTER, new, received(new))
    call.writes.add(reply(row, "答复", sent=True))
    with statements(office) as sent:
        await call.write()
    assert len(sent) == 1
    assert await counts(office, *TABLES) == [2, 3, 3, 3]
    assert await replies(office) == [("作废", True), ("答复", True), ("草稿", True)]


async def test_what_leaves_nothing_sends_nothing(office: Office) -> None:
    call = office.change()
    call.writes.unless(END)
    with statements(office) as sent:
        await call.write()
    assert sent == []


async def test_a_row_of_another_table_is_changed_where_it_differs(office: Office) -> None:
    call = office.change()
    row = await one_letter(call, office)
    for words in ("甲1", "甲2", "甲3"):
        call.writes.add(reply(row, words))
    await call.write()
    found = await call.read(REPLIES)
    for one in found:
        call.writes.change(one)
    found[0].sent, found[1].text = True, "乙"
    await call.write()
    assert await replies(office) == [("乙", False), ("甲1", True), ("甲3", False)]


async def test_a_row_that_another_changed_meanwhile_stops_the_whole(office: Office) -> None:
    call, other = office.change(), office.change()
    row = await one_letter(call, office)
    [same] = await other.read(BY_ID, ids=[row.id])
    changes.move(other, LETTER, same, "answer", tell(same, "answered"))
    await other.write()
    before = await counts(office, *TABLES)
    changes.move(call, LETTER, row, "answer", tell(row, "answered"))
    call.writes.add(reply(row, "答复"))
    call.writes.also(SEND, letter=row.id)
    with pytest.raises(WriteConflict) as stopped:
        await call.write()
    assert (stopped.value.status, stopped.value.code) == (409, "in-progress")
    assert await counts(office, *TABLES) == before


async def test_a_guard_that_finds_a_row_stops_the_whole(office: Office) -> None:
    call = office.change()
    row = await one_letter(call, office)
    call.writes.add(reply(row, "答复", sent=True))
    await call.write()
    before = await counts(office, *TABLES)
    changes.move(call, LETTER, row, "answer", tell(row, "answered"))
    call.writes.unless(SAME, letter=new_id(), text="答复")
    call.writes.unless(SAME, letter=row.id, text="答复")
    with pytest.raises(WriteConflict, match="in-progress"):
        await call.write()
    assert await counts(office, *TABLES) == before


async def test_a_constraint_that_speaks_stops_the_whole(office: Office) -> None:
    call = office.change()
    row = await one_letter(call, office)
    before = await counts(office, *TABLES)
    changes.move(call, LETTER, row, "answer", tell(row, "answered"))
    for _ in range(2):
        call.writes.add(reply(row, "答复"))
    with pytest.raises(WriteConflict, match="already-exists"):
        await call.write()
    nobody = office.change()
    nobody.writes.add(reply(letter(), "给谁"))
    with pytest.raises(WriteConflict, match="not-consistent"):
        await nobody.write()
    assert await counts(office, *TABLES) == before


async def test_two_moves_of_a_row_are_two_events_and_two_audit_rows(office: Office) -> None:
    call = office.change()
    row = await one_letter(call, office)
    changes.move(call, LETTER, row, "answer", tell(row, "answered"))
    changes.move(call, LETTER, row, "file", tell(row, "filed"))
    await call.write()
    [row] = await office.change().read(BY_ID, ids=[row.id])
    assert (row.state, row.version) == ("filed", 3)
    events = await office.events()
    assert [one.version for one in events] == [1, 2, 3]
    assert [one.event.model_dump()["state"] for one in events[1:]] == ["answered", "filed"]
    trail = "SELECT state_before, state_after, object_version FROM audit_log ORDER BY id"
    async with office.sessions() as session:
        found = [tuple(one) for one in await session.execute(text(trail))]
    assert found[1:] == [("received", "answered", 2), ("answered", "filed", 3)]


@pytest.mark.parametrize("words", ["x" * 201, "a\x00b"])
async def test_a_value_that_cannot_be_kept_is_refused(office: Office, words: str) -> None:
    call = office.change()
    row = letter(text=words)
    changes.create(call, LETTER, row, received(row))
    with pytest.raises(Refused, match="value-unusable"):
        await call.write()
    assert await counts(office, *TABLES) == [0, 0, 0, 0]


async def test_a_number_that_is_too_large_is_refused(office: Office) -> None:
    call = office.change()
    row = letter(fen=2**31)
    call.writes.add(row)
    changes.create(call, LETTER, row, None)
    with pytest.raises(Refused, match="value-unusable"):
        await call.write()


async def test_the_policy_refuses_a_row_outside_the_reach(office: Office) -> None:
    """The second layer alone: no rule looked at the region."""
    call = office.change(Reach.of("220202"))
    row = letter()
    changes.create(office.change(), LETTER, row, None)  # fills in its columns
    call.writes.add(row)
    with pytest.raises(Forbidden, match="region-outside"):
        await call.write()
    assert await counts(office, "letter") == [0]


async def test_what_is_written_elsewhere_says_so(office: Office) -> None:
    """A command whose rows lie outside the actor's regions is written in the reach it names."""
    call = office.change(Reach.of("220202"))
    wide = call.within(Reach.of("220102"))
    row = letter()
    changes.create(wide, LETTER, row, received(row))
    await call.write()
    assert await counts(office, "letter", "outbox") == [1, 1]


async def test_a_connection_that_ends_midway_is_503_and_writes_nothing(office: Office) -> None:
    call = office.change()
    row = letter()
    changes.create(call, LETTER, row, received(row))
    call.writes.unless(END)
    with pytest.raises(Unavailable) as lost:
        await call.write()
    assert "Retry-After" in lost.value.headers
    assert await counts(office, *TABLES) == [0, 0, 0, 0]


async def test_a_run_sends_when_it_is_told_to_and_goes_on_with_the_same_rows(
    office: Office,
) -> None:
    [id] = await write_letters(office, 1)
    call = await office.call()
    async with call.session.begin():
        [row] = await call.locked(select(Letter).where(Letter.id == id))
        changes.move(call, LETTER, row, "answer", tell(row, "answered"))
        await call.write()
        [seen] = await call.read(BY_ID, ids=[id])
        assert (seen.state, seen.version) == ("answered", 2)
        changes.move(call, LETTER, row, "file", tell(row, "filed"))
        await call.write()
    assert [one.version for one in await office.events()] == [1, 2, 3]


async def test_a_run_that_is_rolled_back_leaves_nothing(office: Office) -> None:
    call = await office.call()

    async def run() -> None:
        async with call.session.begin():
            row = letter()
            changes.create(call, LETTER, row, received(row))
            await call.write()
            for _ in range(2):
                call.writes.add(reply(row, "答复"))
            await call.write()

    with pytest.raises(Problem, match="already-exists"):
        await run()
    assert await counts(office, *TABLES) == [0, 0, 0, 0]


async def test_what_two_write_at_once_upon_the_same_row_is_written_once(office: Office) -> None:
    [id] = await write_letters(office, 1)

    calls = [office.change() for _ in range(8)]
    for call in calls:
        [row] = await call.read(BY_ID, ids=[id])
        changes.move(call, LETTER, row, "answer", tell(row, "answered"))
    assert sum(await asyncio.gather(*map(_written, calls))) == 1
    assert await counts(office, *TABLES) == [1, 0, 2, 2]


async def _written(call: CommandContext) -> bool:
    try:
        await call.write()
    except WriteConflict:
        return False
    return True


async def test_a_row_is_written_to_the_letter(office: Office) -> None:
    """Nothing of a value is lost between the record, the lists of the statement and the table."""
    words = ["", "'", '"', "\\", "{}", "NULL", "a,b", "\n\t", "🏠", json.dumps({"x": None})]
    call = office.change()
    for fen, one in enumerate(words):
        row = letter(text=one, fen=-fen)
        changes.create(call, LETTER, row, received(row) if fen == 0 else None)
    await call.write()
    everything = Statement(select(Letter.text, Letter.fen).order_by(Letter.fen.desc()))
    found = await office.change().read(everything)
    assert [(one.text, one.fen) for one in found] == [(w, -n) for n, w in enumerate(words)]
