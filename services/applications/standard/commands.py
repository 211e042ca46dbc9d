"""Publishing eligibility standards."""

from datetime import timedelta

from services.applications.standard.models import EligibilityStandard
from services.applications.standard.schemas import StandardIn
from shared.commands import audit
from shared.commands.changes import within_reach
from shared.commands.context import CommandContext
from shared.db.records import record
from shared.domain.problems import Reason, Refused
from shared.domain.regions import UNITS
from shared.law.citing import cites

AHEAD = timedelta(days=366)
"""How long before its first day a standard may be published."""


@cites("S2.1")
def publish(call: CommandContext, body: StandardIn) -> EligibilityStandard:
    """Add a unit's standard; earlier rows stay for the applications decided by them."""
    within_reach(call, [body.region])
    if body.region not in UNITS:
        detail = "准入标准由报告单位（市州、县市和长白山管委会）公布。"
        raise Refused(
            "not-a-reporting-unit",
            detail,
            clause="S2.1",
            reasons=(Reason("not-a-reporting-unit", detail, "/region", "S2.1"),),
        )
    if body.effective_from > call.today + AHEAD:
        detail = "生效日距今超过一年，请核对。"
        reason = Reason("effective-too-late", detail, "/effective_from", "S2.1")
        raise Refused("effective-too-late", detail, clause="S2.1", reasons=(reason,))
    row = record(
        EligibilityStandard,
        region=body.region,
        effective_from=body.effective_from,
        document_no=body.document_no,
        income_line_fen=body.income_line_yuan,
        area_line_sqm=body.area_line_sqm,
        published_by=call.actor.subject,
        published_at=call.now,
    )
    call.writes.add(row)
    audit.note(
        call,
        action="publish",
        object_type="applications.eligibility-standard",
        object_id=row.id,
        region=row.region,
        reason=row.document_no,
    )
    return row
