"""Reading entitlements: those of a client for the feed, and all of them for people."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from shared.commands.context import CommandContext
from shared.commands.reads import find
from shared.commands.views import head
from shared.db.scope import Reach, within
from shared.domain.problems import Forbidden
from shared.domain.roles import Role
from shared.http.paging import Listing, Page, PageOut, page
from shared.integration.entitlement.models import ALL_TYPES, Entitlement
from shared.integration.entitlement.schemas import EntitlementOut
from shared.integration.entitlement.states import ENTITLEMENT, EntitlementState
from shared.law.citing import cites

ENTITLEMENTS = Listing(
    select(Entitlement),
    Entitlement.id,
    scope=Entitlement.region,
    descending=True,
    client=Entitlement.client,
    state=Entitlement.state,
)
"""The newest first."""


@dataclass(frozen=True, slots=True)
class FeedScope:
    """What one reader of the feed may see: events within his reach and one of `parts`.

    A part is a set of types and the reach in which they may be read; without parts, all types may.
    """

    reach: Reach
    parts: tuple[tuple[frozenset[str], Reach], ...] | None = None
    _known: dict[tuple[str, str], bool] = field(default_factory=dict)

    def shows(self, kind: str, region: str) -> bool:
        """Whether an event of this type and region may be read."""
        found = self._known.get((kind, region))
        if found is None:
            found = self._known[kind, region] = self.reach.contains(region) and (
                self.parts is None
                or any(
                    (kind in types or ALL_TYPES in types) and reach.contains(region)
                    for types, reach in self.parts
                )
            )
        return found


@cites("PIPL.51")
async def window(call: CommandContext) -> FeedScope:
    """What the caller may read of this service's events now.

    The services of this system read everything in their reach; an integrator what it was entitled
    to, as far as the entitlement lies within its token's reach. Raises `Forbidden` without any.
    """
    if Role.SERVICE in call.actor.roles:
        return FeedScope(call.actor.reach)
    mine = select(Entitlement).where(
        Entitlement.client == call.actor.subject, Entitlement.state == EntitlementState.ACTIVE
    )
    rows = (await call.session.scalars(within(mine, call, Entitlement.region))).all()
    if not rows:
        raise Forbidden(
            "not-entitled", "没有读取本服务事件的授权，或者授权已收回：请向省安居办申请。"
        )
    parts = tuple((frozenset(row.types), Reach.of(row.region)) for row in rows)
    return FeedScope(call.actor.reach, parts)


def show(call: CommandContext, row: Entitlement) -> EntitlementOut:
    """An entitlement as its reader sees it."""
    return EntitlementOut(
        **head(call, ENTITLEMENT, row), client=row.client, types=row.types, purpose=row.purpose
    )


async def get_entitlement(call: CommandContext, id: UUID) -> EntitlementOut:
    """One entitlement in the caller's reach."""
    return show(call, await find(call, Entitlement, id, "没有找到这项授权，或者它不在您的辖区。"))


async def list_entitlements(
    call: CommandContext, client: str, state: str, paging: Page
) -> PageOut[EntitlementOut]:
    """Entitlements in the caller's reach, the newest first."""
    return await page(
        call,
        ENTITLEMENTS,
        paging=paging,
        make=lambda row: show(call, row),
        client=client or None,
        state=state or None,
    )
