"""Raising and answering objections."""

from uuid import UUID

from sqlalchemy import func, select, update

from services.applications.application.models import Application
from services.applications.application.states import (
    MACHINE,
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
from services.applications.review.queries import signatures_of
from shared.commands import changes
from shared.commands.context import Call
from shared.contracts.applications import (
    ApplicationObjectionDecided,
    ApplicationObjectionRaised,
)
from shared.db.model import new_id
from shared.db.scope import Reach
from shared.domain.problems import Conflict, Forbidden, NotFound
from shared.law.citing import cites
from shared.schema.access import SETTING


@cites("S2.10", "O11.9")
async def raise_objection(call: Call, application_id: UUID, body: ObjectionIn) -> ObjectionReceipt:
    """Take an objection from anybody, whatever his region, on every day of the notice.

    Notices are for everybody, so the caller's own reach does not count: an application that is not
    on notice does not exist for this command. One person objects once to a notice.
    """
    row, notice = await _on_notice(call, application_id)
    if ran_out(notice.ends_on, call.today):
        raise Conflict("notice-over", "公示期已满，不再接受异议。", clause="S2.10")
    await _once(call, notice.id)
    stage = STAGE_OF[ApplicationState(row.state)]
    id = new_id()
    objection = Objection(
        id=id,
        application_id=row.id,
        notice_id=notice.id,
        stage=stage,
        raised_by=call.actor.subject,
        raised_on=call.today,
        due_on=rules.answer_due_on(call.today),
        text=TEXT.seal(id, body.text),
    )
    call.session.add(objection)
    row.open_objections += 1
    told = {"region": row.region, "application_id": row.id, "on": call.today, "stage": stage}
    event = ApplicationObjectionRaised.model_validate({**told, "objection_id": id})
    await changes.move(call, MACHINE, row, "object", event)
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


async def _on_notice(call: Call, application_id: UUID) -> tuple[Application, PublicNotice]:
    """A household on notice, locked; its region is acted in, whatever the caller's own is."""
    running = select(PublicNotice).where(
        PublicNotice.application_id == application_id, PublicNotice.outcome.is_(None)
    )
    region = await call.session.scalar(running.with_only_columns(PublicNotice.region))
    if region is not None:
        reach = Reach.of(region).multirange
        await call.session.execute(select(func.set_config(SETTING, reach, True)))
    lock = select(Application).where(
        Application.id == application_id, Application.state.in_(UNDER_NOTICE)
    )
    row = await call.session.scalar(lock.with_for_update())
    notice = await call.session.scalar(running)
    if row is None or notice is None:
        raise NotFound("not-found", "没有找到正在公示的这份申请。")
    return row, notice


async def _once(call: Call, notice_id: UUID) -> None:
    statement = select(Objection.id).where(
        Objection.notice_id == notice_id, Objection.raised_by == call.actor.subject
    )
    if (await call.session.execute(statement)).first() is not None:
        raise Conflict("objection-repeated", "您已对这次公示提出过异议。", clause="S2.10")


@cites("S2.10")
async def decide_objection(
    call: Call, application_id: UUID, objection_id: UUID, body: ObjectionDecisionIn
) -> Application:
    """Answer an objection. Upheld, the notice ends and its review is decided anew."""
    row = await changes.lock(call, Application, application_id)
    objection = await call.session.get(Objection, objection_id)
    if objection is None or objection.application_id != row.id:
        raise NotFound("not-found", "没有找到这件异议。")
    if objection.outcome is not None:
        raise Conflict("objection-answered", "这件异议已经答复或终止。", clause="S2.10")
    reviewed = REVIEW_BEFORE[objection.stage]
    signed = (await signatures_of(call, [row.id])).get(row.id, [])
    if own := rules.answerer_refusals(call.actor.subject, signed, reviewed):
        raise Forbidden(own[0].code, own[0].detail, clause=own[0].clause, reasons=tuple(own))
    objection.outcome = "upheld" if body.upheld else "dismissed"
    objection.answer = ANSWER.seal(objection.id, body.reason)
    objection.answered_by, objection.answered_on = call.actor.subject, call.today
    row.open_objections -= 1
    if body.upheld:
        await _reopen(call, row, reviewed)
    told = {
        "region": row.region,
        "application_id": row.id,
        "on": call.today,
        "stage": objection.stage,
        "objection_id": objection.id,
        "upheld": body.upheld,
    }
    event = ApplicationObjectionDecided.model_validate(told)
    await changes.move(call, MACHINE, row, "uphold" if body.upheld else "dismiss", event)
    return row


async def _reopen(call: Call, row: Application, stage: int) -> None:
    """End the notice and set its review aside, so that it is held again."""
    await end_notices(call, [row], "upheld")
    await lapse_objections(call, row)
    await call.session.execute(
        update(Review)
        .where(Review.application_id == row.id, Review.stage == stage)
        .values(superseded=True)
        .execution_options(synchronize_session=False)
    )


async def lapse_objections(call: Call, row: Application) -> None:
    """The notice of `row` ended for another reason: what is still open needs no answer."""
    row.open_objections = 0
    await call.session.execute(
        update(Objection)
        .where(Objection.application_id == row.id, Objection.outcome.is_(None))
        .values(outcome="lapsed")
        .execution_options(synchronize_session=False)
    )
