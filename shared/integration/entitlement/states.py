"""The life of an entitlement."""

from enum import StrEnum

from shared.domain.lifecycle import Machine, edge
from shared.domain.roles import Role


class EntitlementState(StrEnum):
    """Whether an entitlement holds."""

    ACTIVE = "active"
    REVOKED = "revoked"


ENTITLEMENT = Machine(
    "events.entitlement",
    "事件授权",
    states=EntitlementState,
    labels={"active": "有效", "revoked": "已收回"},
    initial=EntitlementState.ACTIVE,
    edges=[
        edge("active", "revoke", "revoked", [Role.PROVINCE], label="收回", clauses=("PIPL.51",))
    ],
)
