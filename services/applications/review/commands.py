"""The review meeting: one stage, many households, all of them or none."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from services.applications.application.commands import release
from services.applications.application.models import Application
from services.applications.application.queries import warnings_of
from services.applications.application.states import APPLICATION, NOTICE_AFTER, REVIEWER
from services.applications.notice.commands import post_notices
from services.applications.notice.rules import NoticePeriod
from services.applications.review.models import Review
from services.applications.review.queries import REVIEWS, signatures_of
from services.applications.review.rules import (
    Opinion,
    ReasonCode,
    Signature,
    opinion_refusals,
    quota_refusals,
    signature_refusals,
)
from services.applications.review.schemas import ReviewItem, ReviewMeeting
from services.applications.standard.queries import standards_on
from shared.commands.changes import load_all, move_all
from shared.commands.context import CommandContext
from shared.contracts.applications import ApplicationRejected, ApplicationReviewPassed
from shared.db.records import record
from shared.domain.problems import Forbidden, Reason, refuse
from shared.law.citing import cites


@cites("S2.10", "PIPL.24")
async def hold_meeting(call: CommandContext, body: ReviewMeeting) -> list[Application]:
    """Decide a list of households in one stage; a person signs every opinion, for and against.

    After stages 1 and 3 the households that passed go on public notice the same day.
    """
    post = REVIEWER[body.stage]
    if post not in call.actor.roles:
        detail = f"第{body.stage}次审核由{post.label}承担。"
        raise Forbidden("role-required", detail, clause="S2.10")
    rows: list[Any] = await load_all(call, Application, body.items, reviews=REVIEWS)
    decided = list(zip(body.items, rows, strict=True))
    if all(row.state == f"review{body.stage}" for row in rows):  # else `move_all` tells
        _check(call, body.stage, decided)
    await _sign(call, body.stage, decided)
    passed = [row for item, row in decided if item.verdict == "pass"]
    failed = [row for item, row in decided if item.verdict == "fail"]
    notice = NOTICE_AFTER.get(body.stage)
    days = post_notices(call, passed, notice) if notice and passed else None
    move_all(
        call,
        APPLICATION,
        rows,
        [f"{'pass' if item.verdict == 'pass' else 'reject'}{body.stage}" for item in body.items],
        [_event(call, body.stage, item, row, days) for item, row in decided],
        reason=[item.reason_code or "" for item in body.items],
    )
    if failed:
        release(call, failed)
    return rows


def _check(call: CommandContext, stage: int, decided: Sequence[tuple[ReviewItem, Any]]) -> None:
    """Refuse the whole list with every reason of every household."""
    mine = Signature(stage, call.actor.subject, call.actor.organisation)
    reasons: list[Reason] = []
    for place, (item, row) in enumerate(decided):
        found = [
            *signature_refusals(mine, signatures_of(row.reviews)),
            *opinion_refusals(stage, _opinion(item), row.accepted_on, call.today),
            *quota_refusals(item.reason_code, row.categories),
        ]
        reasons += [replace(one, pointer=f"/items/{place}{one.pointer}") for one in found]
    refuse("review-refused", "审核意见不符合“三审两公示”的要求。", reasons)


def _opinion(item: ReviewItem) -> Opinion:
    checks = item.checks.model_dump() if item.checks else None
    return Opinion(item.verdict, item.visited_on, checks, item.reason_code)


async def _sign(
    call: CommandContext, stage: int, decided: Sequence[tuple[ReviewItem, Any]]
) -> None:
    """Keep each opinion with the standard and the warnings that lay before the reviewer."""
    standards = await standards_on(call, [row.region for _, row in decided], call.today)
    for item, row in decided:
        standard = standards.get(row.region)
        call.writes.add(
            record(
                Review,
                application_id=row.id,
                stage=stage,
                verdict=item.verdict,
                opinion=item.opinion,
                visited_on=item.visited_on,
                checks=item.checks.model_dump() if item.checks else None,
                reason_code=item.reason_code,
                reviewer=call.actor.subject,
                organisation=call.actor.organisation,
                reviewed_on=call.today,
                standard_id=standard.id if standard else None,
                warnings=[asdict(reason) for reason in warnings_of(row, standard)],
            )
        )


def _event(
    call: CommandContext, stage: int, item: ReviewItem, row: Application, days: NoticePeriod | None
) -> ApplicationReviewPassed | ApplicationRejected:
    told = {"region": row.region, "application_id": row.id, "on": call.today, "stage": stage}
    if item.verdict == "fail":
        code = item.reason_code or ReasonCode.CATEGORY_UNPROVED
        return ApplicationRejected.model_validate({**told, "reason_code": code})
    notice = {"notice_starts_on": days.starts_on, "notice_ends_on": days.ends_on} if days else {}
    return ApplicationReviewPassed.model_validate({**told, **notice})
