"""Raising and answering objections."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update

from services.applications.application.models import Application
from services.applications.application.states import (
    APPLICATION,
    REVIEW_BEFORE,
    UNDER_NOTICE,
    ApplicationState,
)
from services.applications.notice.commands import STAGE_OF, end_notices
from services.applications.notice.models import PublicNotice
from services.applications.notice.rules import ran_out
from services.applications.objection import rules
from services.applications.objection.models import ANSWER, TEXT, Objection
from services.applications.objection.schemas import (
    ObjectionDecisionIn,
    ObjectionIn,
    ObjectionReceipt,
)
from services.applications.review.models import Review
from services.applications.review.queries import REVIEWS, signatures_of
from shared.commands.changes import load, move
from shared.commands.context import CommandContext
from shared.commands.reads import ChildRows, by_ids
from shared.contracts.applications import (
    ApplicationObjectionDecided,
    ApplicationObjectionRaised,
)
from shared.db.model import new_id
from shared.db.records import record
from shared.db.scope import Reach
from shared.db.statement import Statement
from shared.domain.problems import Conflict, Forbidden, NotFound
from shared.law.citing import cites

OBJECTIONS = ChildRows(Objection, "p.application_id = t.id", "p.id")


@cites("S2.10", "O11.9")
async def raise_objection(
    call: CommandContext, application_id: UUID, body: ObjectionIn
) -> ObjectionReceipt:
    """Take an objection from anybody, whatever his region, on every day of the notice.

    Notices are for everybody, so the caller's own reach does not count: an application that is not
    on notice does not exist for this command. One person objects once to a notice.
    """
    row, notice = await _on_notice(call, application_id)
    if ran_out(notice.ends_on, call.today):
        raise Conflict("notice-over", "公示期已满，不再接受异议。", clause="S2.10")
    if await call.read(_RAISED, notice=notice.id, by=call.actor.subject):
        raise Conflict("objection-repeated", "您已对这次公示提出过异议。", clause="S2.10")
    stage = STAGE_OF[ApplicationState(row.state)]
    id = new_id()
    objection = record(
        Objection,
        id=id,
        application_id=row.id,
        notice_id=notice.id,
        stage=stage,
        raised_by=call.actor.subject,
        raised_on=call.today,
        due_on=rules.answer_due_on(call.today),
        text=TEXT.seal(id, body.text),
    )
    call.writes.add(objection)
    row.open_objections += 1
    told = {"region": row.region, "application_id": row.id, "on": call.today, "stage": stage}
    event = ApplicationObjectionRaised.model_validate({**told, "objection_id": id})
    move(call, APPLICATION, row, "object", event)
    return ObjectionReceipt.model_validate(
        {
            "id": row.id,
            "version": row.version,
            "objection_id": id,
            "stage": stage,
            "raised_on": objection.raised_on,
            "due_on": objection.due_on,
        }
    )


_UP = Statement(
    select(PublicNotice).where(
        PublicNotice.application_id == bindparam("application"), PublicNotice.outcome.is_(None)
    )
)
_RAISED = Statement(
    select(Objection.id).where(
        Objection.notice_id == bindparam("notice"), Objection.raised_by == bindparam("by")
    )
)


async def _on_notice(
    call: CommandContext, application_id: UUID
) -> tuple[Application, PublicNotice]:
    """A household on notice; its region is acted in, whatever the caller's own is."""
    notices = await call.read(_UP, application=application_id)
    for notice in notices:
        there = call.within(Reach.of(notice.region))
        for row in await by_ids(there, Application, [application_id], {}):
            if row.state in UNDER_NOTICE:
                return row, notice
    raise NotFound("not-found", "没有找到正在公示的这份申请。")


@cites("S2.10")
async def decide_objection(
    call: CommandContext, application_id: UUID, objection_id: UUID, body: ObjectionDecisionIn
) -> Application:
    """Answer an objection. Upheld, the notice ends and its review is decided anew."""
    row: Any = await load(call, Application, application_id, objections=OBJECTIONS, reviews=REVIEWS)
    objection = next((one for one in row.objections if one.id == objection_id), None)
    if objection is None:
        raise NotFound("not-found", "没有找到这件异议。")
    if objection.outcome is not None:
        raise Conflict("objection-answered", "这件异议已经答复或终止。", clause="S2.10")
    reviewed = REVIEW_BEFORE[objection.stage]
    signed = signatures_of(row.reviews)
    if own := rules.answerer_refusals(call.actor.subject, signed, reviewed):
        raise Forbidden(own[0].code, own[0].detail, clause=own[0].clause, reasons=tuple(own))
    objection.outcome = "upheld" if body.upheld else "dismissed"
    objection.answer = ANSWER.seal(objection.id, body.reason)
    objection.answered_by, objection.answered_on = call.actor.subject, call.today
    call.writes.change(objection)
    row.open_objections -= 1
    if body.upheld:
        _reopen(call, row, reviewed, objection.id)
    told = {
        "region": row.region,
        "application_id": row.id,
        "on": call.today,
        "stage": objection.stage,
        "objection_id": objection.id,
        "upheld": body.upheld,
    }
    event = ApplicationObjectionDecided.model_validate(told)
    move(call, APPLICATION, row, "uphold" if body.upheld else "dismiss", event)
    decided: Application = row
    return decided


_SET_ASIDE = Statement(
    update(Review)
    .where(Review.application_id == bindparam("application"), Review.stage == bindparam("reviewed"))
    .values(superseded=True)
)


def _reopen(call: CommandContext, row: Application, stage: int, answered: UUID) -> None:
    """End the notice and set its review aside, so that it is held again."""
    end_notices(call, [row], "upheld")
    lapse_objections(call, row, answered)
    call.writes.also(_SET_ASIDE, application=row.id, reviewed=stage)


_LAPSE = Statement(
    update(Objection)
    .where(
        Objection.application_id == bindparam("application"),
        Objection.outcome.is_(None),
        Objection.id != bindparam("answered"),
    )
    .values(outcome="lapsed")
)


def lapse_objections(call: CommandContext, row: Application, answered: UUID | None = None) -> None:
    """The notice of `row` ended: what is still open needs no answer, but for the one `answered`."""
    row.open_objections = 0
    call.writes.also(_LAPSE, application=row.id, answered=answered or row.id)
