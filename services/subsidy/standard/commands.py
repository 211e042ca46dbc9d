"""Publishing a local standard."""

from sqlalchemy import bindparam, func, select

from services.subsidy.month.locks import own_unit
from services.subsidy.month.queries import last_months
from services.subsidy.standard.models import Standard
from services.subsidy.standard.rules import Proposal, refusals
from services.subsidy.standard.schemas import StandardIn
from shared.commands import audit
from shared.commands.changes import within_reach
from shared.commands.context import CommandContext
from shared.db.records import record
from shared.db.statement import Statement
from shared.domain.problems import refuse

_NEWEST = Statement(
    select(func.max(Standard.effective_from).label("day")).where(
        Standard.region == bindparam("unit")
    )
)


async def publish(call: CommandContext, body: StandardIn) -> Standard:
    """Keep a standard. Grants follow it by the daily job from its month on.

    A run that owns the unit: a batch that is being made at the same moment cannot be seen, and its
    month would lose the standard that it was worked out by (see `month.locks`).
    """
    within_reach(call, [body.region])
    await own_unit(call.session, body.region)
    (newest,) = await call.read(_NEWEST, unit=body.region)
    graded = body.coefficients
    reasons = refusals(
        Proposal(
            body.region,
            body.effective_from,
            body.household_cap_sqm,
            (graded.minimum, graded.low, graded.middle),
            newest_from=newest.day,
            last_month=(await last_months(call, [body.region])).get(body.region),
        )
    )
    refuse("standard-refused", "补贴标准不符合规定。", reasons, clause="J281")
    standard = record(
        Standard,
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
    call.writes.add(standard)
    audit.note(
        call,
        action="publish",
        object_type="subsidy.standard",
        object_id=standard.id,
        region=standard.region,
        reason=standard.document_no,
    )
    return standard
