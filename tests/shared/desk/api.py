"""The desk's routes: one of each kind."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from shared import changes
from shared.call import PUBLIC, Call, Reading, Writing, allow, requires_key
from shared.contracts.applications import ApplicationNoticeClosed
from shared.db import new_id
from shared.inputs import (
    AggregateOut,
    Day,
    Input,
    Item,
    MovedList,
    Name,
    PositiveInt,
    Yuan,
    head,
    moved,
)
from shared.paging import PageOut, Paging, page
from shared.problems import NotFound
from shared.roles import Role
from shared.route import router
from shared.scope import within
from tests.shared.desk.tables import LETTER, Letter

letters = router("/letters", "letters", "来信")
answers = router("/letters-answers", "letters-answers", "批量答复")


class LetterIn(Input):
    region: Name
    text: Name
    amount: Yuan
    pages: PositiveInt
    written_on: Day | None = None


class AnswerList(Input):
    items: list[Item]


class LetterOut(AggregateOut):
    text: str
    amount: Yuan


def _out(call: Call, row: Letter) -> LetterOut:
    return LetterOut(**head(call, LETTER, row), text=row.text, amount=row.fen)


def _event(row: Letter, day: date) -> ApplicationNoticeClosed:
    return ApplicationNoticeClosed(region=row.region, application_id=row.id, on=day, stage=1)


@letters.post("", status_code=201, dependencies=[allow(Role.STREET), requires_key])
async def create(body: LetterIn, call: Writing) -> LetterOut:
    row = Letter(id=new_id(), region=body.region, text=body.text, fen=body.amount)
    await changes.create(call, LETTER, row, _event(row, call.today))
    return _out(call, row)


@letters.get("", dependencies=[allow(Role.STREET, Role.CITY)])
async def listing(call: Reading, paging: Paging, text: str | None = None) -> PageOut[LetterOut]:
    statement = within(select(Letter), call, Letter.region)
    if text is not None:
        statement = statement.where(Letter.text == text)
    return await page(call, statement, Letter.id, paging=paging, make=lambda row: _out(call, row))


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
    await changes.move(call, LETTER, row, "answer", _event(row, call.today))
    return _out(call, row)


@answers.post("", dependencies=[allow(Role.STREET)])
async def answer_all(body: AnswerList, call: Writing) -> MovedList:
    rows = await changes.lock_all(call, Letter, body.items)
    await changes.move_all(call, LETTER, rows, "answer", [_event(r, call.today) for r in rows])
    return moved(rows)


@letters.post("/{id}/fault", dependencies=[allow(Role.STREET)])
async def fault(id: UUID, call: Writing) -> LetterOut:
    row = await changes.lock(call, Letter, id)
    await changes.move(call, LETTER, row, "answer", _event(row, call.today))
    raise RuntimeError("the text of a fault 220102199001011234")


public = router("/notice-board", "notice-board", "公告栏")


@public.get("", dependencies=[PUBLIC])
async def board(call: Reading) -> dict[str, str]:
    return {"caller": call.actor.subject}
