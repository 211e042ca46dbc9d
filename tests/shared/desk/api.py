"""The desk's routes: one of each kind."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import File, Query, Response, UploadFile
from shared.http.hot import Command, Swift
from sqlalchemy import select

from shared.commands import changes
from shared.commands.context import CommandContext
from shared.commands.shown import head, moved
from shared.db.model import new_id
from shared.db.scope import within
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
from shared.domain.problems import NotFound
from shared.domain.roles import Role
from shared.files.imports import ColumnSpec, ImportReport, import_file
from shared.http import hot
from shared.http.deps import PUBLIC, Reading, Writing, allow, requires_key
from shared.http.paging import PageOut, Paging, page
from shared.http.route import router
from tests.shared.desk.events import LetterMoved, LetterReceived
from tests.shared.desk.tables import LETTER, Letter

letters = router("/letters", "letters", "来信")
answers = router("/letters-answers", "letters-answers", "批量答复")
imports = router("/letters-imports", "letters-imports", "批量登记")

COLUMNS = (ColumnSpec("text", "内容", True, str), ColumnSpec("fen", "金额", True, fen))


class LetterIn(Input):
    region: Region
    text: Name
    amount: Yuan
    pages: PositiveInt
    written_on: Day | None = None


class AnswerList(Input):
    items: list[Item]


class LetterOut(AggregateOut):
    text: str
    amount: Yuan


def _out(call: CommandContext, row: Letter) -> LetterOut:
    return LetterOut(**head(call, LETTER, row), text=row.text, amount=row.fen)


def _received(row: Letter) -> LetterReceived:
    return LetterReceived(region=row.region, letter_id=row.id, fen=row.fen)


def _moved(row: Letter, state: str) -> LetterMoved:
    return LetterMoved(region=row.region, letter_id=row.id, state=state)


@letters.post("", status_code=201, dependencies=[allow(Role.STREET), requires_key])
async def create(body: LetterIn, call: Writing) -> LetterOut:
    row = Letter(id=new_id(), region=body.region, text=body.text, fen=body.amount)
    await changes.create(call, LETTER, row, _received(row))
    return _out(call, row)


@letters.get("", dependencies=[allow(Role.STREET, Role.CITY)])
async def listing(call: Reading, paging: Paging, text: str | None = None) -> PageOut[LetterOut]:
    statement = select(Letter)
    if text is not None:
        statement = statement.where(Letter.text == text)
    return await page(
        call, statement, Letter.region, Letter.id, scope=Letter.region,
        paging=paging, make=lambda row: _out(call, row),
    )  # fmt: skip


@letters.get("/{id}", dependencies=[allow(Role.STREET, Role.CITY)])
async def one(id: UUID, call: Reading) -> LetterOut:
    statement = within(select(Letter), call, Letter.region).where(Letter.id == id)
    row = (await call.session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise NotFound("not-found", "没有找到这封来信。")
    return _out(call, row)


@letters.post("/{id}/answer", dependencies=[allow(Role.STREET, Role.CITY)])
async def answer(id: UUID, call: Writing) -> LetterOut:
    row = await changes.lock(call, Letter, id)
    await changes.move(call, LETTER, row, "answer", _moved(row, "answered"))
    return _out(call, row)


@letters.post("/{id}/file", dependencies=[allow(Role.CITY)])
async def file(id: UUID, call: Writing) -> LetterOut:
    row = await changes.lock(call, Letter, id)
    await changes.move(call, LETTER, row, "file", _moved(row, "filed"))
    return _out(call, row)


@answers.post("", dependencies=[allow(Role.STREET)])
async def answer_all(body: AnswerList, call: Writing) -> MovedList:
    rows = await changes.lock_all(call, Letter, body.items)
    await changes.move_all(call, LETTER, rows, "answer", [_moved(r, "answered") for r in rows])
    return moved(rows)


@imports.post("", status_code=201, dependencies=[allow(Role.STREET)])
async def take_file(
    call: Writing,
    file: Annotated[UploadFile, File()],
    partial: Annotated[bool, Query()] = False,
) -> ImportReport:
    async def apply(rows: list[dict[str, Any]]) -> None:
        letters = [
            Letter(id=new_id(), region=call.actor.region, text=row["text"], fen=row["fen"])
            for row in rows
        ]
        await changes.create_all(call, LETTER, letters, [_received(one) for one in letters])

    content, name = await file.read(), file.filename or "file"
    return await import_file(call, "letters", name, content, COLUMNS, apply, partial=partial)


@letters.post("/{id}/fault", dependencies=[allow(Role.STREET)])
async def fault(id: UUID, call: Writing) -> LetterOut:
    row = await changes.lock(call, Letter, id)
    await changes.move(call, LETTER, row, "answer", _moved(row, "answered"))
    raise RuntimeError("the text of a fault 220102199001011234")


swift = router("/swift-letters", "swift-letters", "来信（快）")
swift_answers = router("/swift-answers", "swift-answers", "批量答复（快）")


@swift.post(
    "",
    status_code=201,
    dependencies=[allow(Role.STREET), requires_key],
    response_model=LetterOut,
)
async def create_swiftly(body: LetterIn, command: Swift) -> Response | LetterOut:
    async def work(command: Command) -> Response | None:
        row = Letter(id=new_id(), region=body.region, text=body.text, fen=body.amount)
        show = partial(_out, command.call, row)
        return await hot.create(command, LETTER, row, _received(row), show)

    return await command.swiftly(work) or await create(body, await command.ordinary())


@swift.post("/{id}/answer", dependencies=[allow(Role.STREET)], response_model=LetterOut)
async def answer_swiftly(id: UUID, command: Swift) -> Response | LetterOut:
    async def work(command: Command) -> Response | None:
        row = await hot.find(command, Letter, id)
        if row is None:
            return None
        show = partial(_out, command.call, row)
        return await hot.move(command, LETTER, row, "answer", _moved(row, "answered"), show)

    return await command.swiftly(work) or await answer(id, await command.ordinary())


@swift_answers.post("", dependencies=[allow(Role.STREET)], response_model=MovedList)
async def answer_all_swiftly(body: AnswerList, command: Swift) -> Response | MovedList:
    async def work(call: CommandContext) -> Sequence[Letter]:
        rows = await changes.lock_all(call, Letter, body.items)
        await changes.move_all(call, LETTER, rows, "answer", [_moved(r, "answered") for r in rows])
        return rows

    return await command.at_once(moved, work)


public = router("/notice-board", "notice-board", "公告栏")


@public.get("", dependencies=[PUBLIC])
async def board(call: Reading) -> dict[str, str]:
    return {"caller": call.actor.subject}
