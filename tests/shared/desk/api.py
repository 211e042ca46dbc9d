"""The desk's routes: one of each kind."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import File, Query, UploadFile
from sqlalchemy import bindparam, select, update

from shared.commands import changes
from shared.commands.context import CommandContext
from shared.commands.reads import find
from shared.commands.views import head, moved_list
from shared.db.records import record
from shared.db.statement import Statement
from shared.domain.fields import (
    AggregateOut,
    Day,
    Input,
    Item,
    MovedList,
    Name,
    PositiveInt,
    Region,
    Yuan,
)
from shared.domain.money import fen
from shared.domain.problems import Conflict
from shared.domain.roles import Role
from shared.files.imports import ColumnSpec, ImportReport, import_file
from shared.http.deps import PUBLIC, Changing, Reading, Running, allow, requires_key
from shared.http.paging import Listing, PageOut, Paging, page
from shared.http.route import router
from tests.shared.desk.events import LetterMoved, LetterReceived
from tests.shared.desk.tables import LETTER, Letter, Reply

letters = router("/letters", "letters", "来信")
answers = router("/letters-answers", "letters-answers", "批量答复")
imports = router("/letters-imports", "letters-imports", "批量登记")
registered = router("/registered-letters", "registered-letters", "挂号来信")
public = router("/notice-board", "notice-board", "公告栏")

COLUMNS = (ColumnSpec("text", "内容", True, str), ColumnSpec("fen", "金额", True, fen))
LETTERS = Listing(
    select(Letter), Letter.region, Letter.id, scope=Letter.region, text=Letter.text, fen=Letter.fen
)
SAME = Statement(
    select(Reply.id).where(
        Reply.letter_id == bindparam("letter"), Reply.text == bindparam("text"), Reply.sent
    )
)
"""A reply of these words that the sender of the letter has already."""
THERE = Statement(select(Letter.id).where(Letter.id == bindparam("letter")))
SEND = Statement(
    update(Reply)
    .where(Reply.letter_id == bindparam("letter"), Reply.sent.is_(False))
    .values(sent=True)
)


class LetterIn(Input):
    region: Region
    text: Name
    amount: Yuan
    pages: PositiveInt
    written_on: Day | None = None


class ReplyIn(Input):
    text: Name


class AnswerList(Input):
    items: list[Item]


class LetterOut(AggregateOut):
    text: str
    amount: Yuan


def letter(region: str = "220102", fen: int = 100, text: str = "来信") -> Letter:
    """A letter that is not yet in the database."""
    return record(Letter, region=region, text=text, fen=fen)


def _out(call: CommandContext, row: Letter) -> LetterOut:
    return LetterOut(**head(call, LETTER, row), text=row.text, amount=row.fen)


def received(row: Letter) -> LetterReceived:
    return LetterReceived(region=row.region, letter_id=row.id, fen=row.fen)


def tell(row: Letter, state: str) -> LetterMoved:
    return LetterMoved(region=row.region, letter_id=row.id, state=state)


def _receive(call: CommandContext, body: LetterIn) -> LetterOut:
    row = letter(body.region, body.amount, body.text)
    changes.create(call, LETTER, row, received(row))
    return _out(call, row)


async def _answer(call: CommandContext, id: UUID) -> LetterOut:
    row = await changes.load(call, Letter, id)
    changes.move(call, LETTER, row, "answer", tell(row, "answered"))
    return _out(call, row)


@letters.post("", status_code=201, dependencies=[allow(Role.STREET), requires_key])
async def create(body: LetterIn, call: Changing) -> LetterOut:
    return _receive(call, body)


@letters.get("", dependencies=[allow(Role.STREET, Role.CITY)])
async def listing(
    call: Reading, paging: Paging, text: str | None = None, region: Region | None = None
) -> PageOut[LetterOut]:
    return await page(
        call, LETTERS, paging=paging, make=lambda row: _out(call, row), only=region, text=text
    )


@letters.get("/{id}", dependencies=[allow(Role.STREET, Role.CITY)])
async def one(id: UUID, call: Reading) -> LetterOut:
    return _out(call, await find(call, Letter, id, "没有找到这封来信。"))


@letters.post("/{id}/answer", dependencies=[allow(Role.STREET, Role.CITY)])
async def answer(id: UUID, call: Changing) -> LetterOut:
    return await _answer(call, id)


@letters.post("/{id}/replies", status_code=201, dependencies=[allow(Role.STREET)])
async def reply(id: UUID, body: ReplyIn, call: Changing) -> LetterOut:
    """Answer with a text of its own; drafts of earlier replies are sent along."""
    row = await changes.load(call, Letter, id)
    changes.move(call, LETTER, row, "answer", tell(row, "answered"))
    call.writes.also(SEND, letter=id)
    call.writes.unless(SAME, letter=id, text=body.text)
    if call.again and await call.read(SAME, letter=id, text=body.text):
        raise Conflict("reply-sent", "这样的答复已经寄出。")
    call.writes.add(record(Reply, letter_id=id, text=body.text, sent=True))
    return _out(call, row)


@letters.post("/{id}/file", dependencies=[allow(Role.CITY)])
async def file(id: UUID, call: Changing) -> LetterOut:
    row = await changes.load(call, Letter, id)
    changes.move(call, LETTER, row, "file", tell(row, "filed"))
    return _out(call, row)


@letters.post("/{id}/fault", dependencies=[allow(Role.STREET)])
async def fault(id: UUID, call: Changing) -> LetterOut:
    await _answer(call, id)
    raise RuntimeError("the text of a fault 220102199001011234")


@letters.post("/{id}/never", dependencies=[allow(Role.STREET)])
async def never(id: UUID, call: Changing) -> LetterOut:
    """What a guard always speaks against, and no rule says why."""
    call.writes.unless(THERE, letter=id)
    return await _answer(call, id)


@answers.post("", dependencies=[allow(Role.STREET)])
async def answer_all(body: AnswerList, call: Changing) -> MovedList:
    rows = await changes.load_all(call, Letter, body.items)
    changes.move_all(call, LETTER, rows, "answer", [tell(row, "answered") for row in rows])
    return moved_list(rows)


@imports.post("", status_code=201, dependencies=[allow(Role.STREET)])
async def take_file(
    call: Running,
    file: Annotated[UploadFile, File()],
    partial: Annotated[bool, Query()] = False,
) -> ImportReport:
    async def apply(rows: list[dict[str, Any]]) -> None:
        new = [letter(call.actor.region, row["fen"], row["text"]) for row in rows]
        changes.create_all(call, LETTER, new, [received(one) for one in new])

    content, name = await file.read(), file.filename or "file"
    return await import_file(call, "letters", name, content, COLUMNS, apply, partial=partial)


@registered.post("", status_code=201, dependencies=[allow(Role.STREET), requires_key])
async def register(body: LetterIn, call: Running) -> LetterOut:
    """The same as a run."""
    return _receive(call, body)


@registered.post("/{id}/answer", dependencies=[allow(Role.STREET)])
async def answer_registered(id: UUID, call: Running) -> LetterOut:
    """The same as a run: the letter is locked."""
    return await _answer(call, id)


@public.get("", dependencies=[PUBLIC])
async def board(call: Reading) -> dict[str, str]:
    return {"caller": call.actor.subject}
