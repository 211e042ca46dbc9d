"""Publishing eligibility standards."""

from datetime import timedelta

from services.applications.standard.models import EligibilityStandard
from services.applications.standard.schemas import StandardIn
from shared.commands import audit
from shared.commands.context import Call
from shared.db.model import new_id
from shared.domain.problems import Forbidden, Reason, Refused
from shared.domain.regions import UNITS
from shared.law.citing import cites

AHEAD = timedelta(days=366)
"""How long before its first day a standard may be published."""


@cites("S2.1")
async def publish(call: Call, body: StandardIn) -> EligibilityStandard:
    """Add a unit's standard; earlier rows stay for the applications decided by them."""
    if not call.actor.reach.contains(body.region):
        raise Forbidden("region-outside", "只能公布本辖区的准入标准。", clause="S2.1")
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
    row = EligibilityStandard(
        id=new_id(),
        region=body.region,
        effective_from=body.effective_from,
        document_no=body.document_no,
        income_line_fen=body.income_line_yuan,
        area_line_sqm=body.area_line_sqm,
        published_by=call.actor.subject,
        published_at=call.now,
    )
    call.session.add(row)
    await call.session.flush()
    entry = audit.entry(
        call,
        action="publish",
        object_type="applications.eligibility-standard",
        object_id=row.id,
        region=row.region,
        reason=row.document_no,
    )
    await audit.write_all(call, [entry])
    return row
