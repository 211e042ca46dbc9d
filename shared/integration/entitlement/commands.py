"""Giving and revoking entitlements."""

from shared.commands.changes import create, move, within_reach
from shared.commands.context import CommandContext
from shared.contracts.base import REGISTRY
from shared.db.records import record
from shared.db.scope import Reach
from shared.domain.problems import Reason, Refused
from shared.integration.entitlement.models import ALL_TYPES, Entitlement
from shared.integration.entitlement.schemas import EntitlementIn
from shared.integration.entitlement.states import ENTITLEMENT
from shared.law.citing import cites


@cites("PIPL.51")
def entitle(call: CommandContext, service: str, command: EntitlementIn) -> Entitlement:
    """Let a client read events of this service; who, when and what for goes into the trail."""
    Reach.of(command.region)  # refuses a code that is no region's
    within_reach(call, [command.region])
    unknown = [
        Reason("type-unknown", "不是本服务的事件类型", f"/types/{n}")
        for n, kind in enumerate(command.types)
        if kind != ALL_TYPES and (kind not in REGISTRY or REGISTRY[kind].service != service)
    ]
    if unknown:
        raise Refused("types-unknown", "有的事件类型不属于本服务。", reasons=tuple(unknown))
    row = record(
        Entitlement,
        region=command.region,
        client=command.client,
        types=sorted(set(command.types)),
        purpose=command.purpose,
    )
    told = f"{row.client}：{'、'.join(row.types)}；{row.purpose}"
    create(call, ENTITLEMENT, row, None, action="entitle", reason=told)
    return row


@cites("PIPL.51")
def revoke(call: CommandContext, row: Entitlement, reason: str) -> Entitlement:
    """End an entitlement at once: the feed asks for it at every answer."""
    move(call, ENTITLEMENT, row, "revoke", None, reason=reason)
    return row
