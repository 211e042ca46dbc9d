"""Reading objections."""

from uuid import UUID

from sqlalchemy import select

from services.applications.application.queries import one
from services.applications.objection.models import ANSWER, TEXT, Objection
from services.applications.objection.schemas import ObjectionOut
from shared.commands.context import Call
from shared.http.paging import Page, PageOut, page


async def objections_of(call: Call, application_id: UUID, paging: Page) -> PageOut[ObjectionOut]:
    """All objections against one application in the caller's reach, oldest first."""
    row = await one(call, application_id)
    statement = select(Objection).where(Objection.application_id == row.id)
    return await page(call, statement, Objection.id, paging=paging, make=_show)


def _show(row: Objection) -> ObjectionOut:
    return ObjectionOut(
        id=row.id,
        stage=row.stage,
        raised_on=row.raised_on,
        due_on=row.due_on,
        text=TEXT.open(row.id, row.text),
        outcome=row.outcome,
        answer=ANSWER.open(row.id, row.answer) if row.answer else None,
        answered_on=row.answered_on,
    )
