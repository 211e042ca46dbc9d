"""Posting notices, taking them down, and the daily job that closes those that ran out."""

from collections.abc import Sequence

from sqlalchemy import any_, bindparam, null, select, update

from services.applications.application.models import NAME, Application
from services.applications.application.states import APPLICATION, UNDER_NOTICE, ApplicationState
from services.applications.notice import rules
from services.applications.notice.models import PublicNotice
from shared.commands.changes import move_all
from shared.commands.context import CommandContext
from shared.contracts.applications import ApplicationApproved, ApplicationNoticeClosed
from shared.db.model import among
from shared.db.records import record
from shared.db.statement import Statement
from shared.law.citing import cites

CHUNK = 500
STAGE_OF = {ApplicationState.NOTICE1: 1, ApplicationState.NOTICE2: 2}


def post_notices(
    call: CommandContext, rows: Sequence[Application], stage: int
) -> rules.NoticePeriod:
    """Post the households of `rows` from today on; the caller moves them into the notice."""
    days = rules.period(stage, call.today)
    for row in rows:
        name = NAME.open(row.id, row.name)
        shown = rules.content(name, row.region, row.household_size, row.categories, row.mode)
        row.notice_ends_on = days.ends_on
        call.writes.add(
            record(
                PublicNotice,
                application_id=row.id,
                region=row.region,
                stage=stage,
                starts_on=days.starts_on,
                ends_on=days.ends_on,
                content=shown,
                content_digest=rules.digest(shown, days),
            )
        )
    return days


_END = Statement(
    update(PublicNotice)
    .where(
        PublicNotice.application_id == any_(bindparam("ids")),
        PublicNotice.outcome.is_(None),
    )
    .values(outcome=bindparam("ended_as"), ended_on=bindparam("on"), content=null())
)


def end_notices(call: CommandContext, rows: Sequence[Application], outcome: str) -> None:
    """Take the running notices of these applications down; only the digest of them stays."""
    call.writes.also(_END, ids=[row.id for row in rows], ended_as=outcome, on=call.today)


@cites("S2.10", "O11.9")
async def close_notices(call: CommandContext) -> int:
    """Daily job: go on with households whose notice ran its full days without an open objection.

    The first notice leads to the second review, the second to the approval. An open objection
    holds a household back until it is answered. How many notices were closed.
    """
    due = (
        select(Application)
        .where(
            among(Application.state, UNDER_NOTICE),
            Application.notice_ends_on < call.today,
            Application.open_objections == 0,
        )
        .order_by(Application.id)
        .limit(CHUNK)
    )
    rows = await call.locked(due)
    if not rows:
        return 0
    end_notices(call, rows, "closed")
    stages = [STAGE_OF[ApplicationState(row.state)] for row in rows]
    move_all(
        call,
        APPLICATION,
        rows,
        [f"close{stage}" for stage in stages],
        [_closed(call, row, stage) for row, stage in zip(rows, stages, strict=True)],
    )
    cleared = [row for row in rows if row.state == ApplicationState.CLEARED]
    move_all(call, APPLICATION, cleared, "approve", [_approved(call, row) for row in cleared])
    return len(rows)


def _closed(call: CommandContext, row: Application, stage: int) -> ApplicationNoticeClosed:
    return ApplicationNoticeClosed.model_validate(
        {"region": row.region, "application_id": row.id, "on": call.today, "stage": stage}
    )


def _approved(call: CommandContext, row: Application) -> ApplicationApproved:
    return ApplicationApproved.model_validate(
        {
            "region": row.region,
            "application_id": row.id,
            "on": call.today,
            "household_key": row.household_key,
            "categories": tuple(row.categories),
            "mode": row.mode,
            "tier": row.tier,
            "household_size": row.household_size,
            "own_area_sqm": row.own_area_sqm,
        }
    )
