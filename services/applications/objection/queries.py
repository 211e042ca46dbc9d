"""Reading objections."""

from uuid import UUID

from sqlalchemy import bindparam, select

from services.applications.application.queries import one
from services.applications.objection.models import ANSWER, TEXT, Objection
from services.applications.objection.schemas import ObjectionOut
from shared.commands.context import CommandContext
from shared.http.paging import Listing, Page, PageOut, page

OBJECTIONS = Listing(
    select(Objection).where(Objection.application_id == bindparam("application")), Objection.id
)


async def objections_of(
    call: CommandContext, application_id: UUID, paging: Page
) -> PageOut[ObjectionOut]:
    """All objections against one application in the caller's reach, oldest first."""
    row = await one(call, application_id)
    return await page(call, OBJECTIONS, paging=paging, make=_show, application=row.id)


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
