"""Publishing a local standard."""

from sqlalchemy import func, select

from services.subsidy.batch.queries import last_month
from services.subsidy.locks import share_units
from services.subsidy.standard.models import Standard
from services.subsidy.standard.rules import Proposal, refusals
from services.subsidy.standard.schemas import StandardIn
from shared.commands import audit
from shared.commands.context import CommandContext
from shared.db.model import new_id
from shared.domain.problems import Forbidden, refuse


async def publish(call: CommandContext, body: StandardIn) -> Standard:
    """Keep a standard. Grants follow it by the daily job from its month on."""
    if not call.actor.reach.contains(body.region):
        raise Forbidden("region-outside", "只能办理本辖区的业务。")
    await share_units(call.session, [body.region])
    newest = select(func.max(Standard.effective_from)).where(Standard.region == body.region)
    graded = body.coefficients
    reasons = refusals(
        Proposal(
            body.region,
            body.effective_from,
            body.household_cap_sqm,
            (graded.minimum, graded.low, graded.middle),
            newest_from=await call.session.scalar(newest),
            last_month=await last_month(call.session, body.region),
        )
    )
    refuse("standard-refused", "补贴标准不符合规定。", reasons, clause="J281")
    standard = Standard(
        id=new_id(),
        region=body.region,
        effective_from=body.effective_from,
        document_no=body.document_no,
        per_capita_sqm=body.per_capita_sqm,
        household_cap_sqm=body.household_cap_sqm,
        unit_price_fen=body.unit_price_yuan,
        coefficients=graded.model_dump(mode="json"),
        counted_persons={str(c.size): format(c.persons, "f") for c in body.counted_persons},
        cap_at_rent=body.cap_at_rent,
        floor_fen=body.floor_yuan,
        pays_from=body.pays_from,
        created_at=call.now,
    )
    call.session.add(standard)
    await call.session.flush()
    row = audit.entry(
        call, action="publish", object_type="subsidy.standard", object_id=standard.id,
        region=standard.region, reason=standard.document_no,
    )  # fmt: skip
    await audit.write_all(call, [row])
    return standard
