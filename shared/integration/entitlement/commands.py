"""Giving and revoking entitlements."""

from shared.commands import audit
from shared.commands.changes import advance, begin, target, trace
from shared.commands.context import Call
from shared.contracts.base import REGISTRY
from shared.db.model import new_id
from shared.db.scope import Reach
from shared.domain.problems import Forbidden, Reason, Refused
from shared.integration.entitlement.models import ALL_TYPES, Entitlement
from shared.integration.entitlement.schemas import EntitlementIn
from shared.integration.entitlement.states import MACHINE
from shared.law.citing import cites


@cites("PIPL.51")
async def entitle(call: Call, service: str, command: EntitlementIn) -> Entitlement:
    """Let a client read events of this service; who, when and what for goes into the trail."""
    Reach.of(command.region)  # refuses a code that is no region's
    if not call.actor.reach.contains(command.region):
        raise Forbidden("region-outside", "只能授权本辖区的事件。")
    unknown = [
        Reason("type-unknown", "不是本服务的事件类型", f"/types/{n}")
        for n, kind in enumerate(command.types)
        if kind != ALL_TYPES and (kind not in REGISTRY or REGISTRY[kind].service != service)
    ]
    if unknown:
        raise Refused("types-unknown", "有的事件类型不属于本服务。", reasons=tuple(unknown))
    row = Entitlement(
        id=new_id(),
        region=command.region,
        client=command.client,
        types=sorted(set(command.types)),
        purpose=command.purpose,
    )
    begin(call, MACHINE, row)
    call.session.add(row)
    await call.session.flush()
    told = f"{row.client}：{'、'.join(row.types)}；{row.purpose}"
    await audit.write_all(call, [trace(call, MACHINE, row, "entitle", None, told)])
    return row


@cites("PIPL.51")
async def revoke(call: Call, row: Entitlement, reason: str) -> Entitlement:
    """End an entitlement at once: the feed asks for it at every answer."""
    before = row.state
    advance(call, row, target(call, MACHINE, row, "revoke"))
    await call.session.flush()
    await audit.write_all(call, [trace(call, MACHINE, row, "revoke", before, reason)])
    return row
