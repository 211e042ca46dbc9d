"""The life of a monthly batch."""

from enum import StrEnum

from shared.domain.lifecycle import Machine, edge
from shared.domain.roles import Role


class BatchState(StrEnum):
    """How far a batch has come."""

    GENERATED = "generated"
    CHECKED = "checked"
    APPROVED = "approved"
    SENT = "sent"
    RECONCILED = "reconciled"
    CLOSED = "closed"
    VOID = "void"


class BatchKind(StrEnum):
    """`reissue`: failed payments of another batch, once more."""

    REGULAR = "regular"
    REISSUE = "reissue"


UNSENT = (BatchState.GENERATED, BatchState.CHECKED, BatchState.APPROVED)

BATCH = Machine(
    "subsidy.batch",
    "发放批次",
    states=BatchState,
    labels={
        "generated": "已生成",
        "checked": "已复核",
        "approved": "已审批",
        "sent": "已送达银行",
        "reconciled": "已对账",
        "closed": "已关闭",
        "void": "已作废",
    },
    initial=BatchState.GENERATED,
    edges=[
        edge("generated", "check", "checked", [Role.CITY], label="复核", clauses=("S2.9",)),
        edge("checked", "approve", "approved", [Role.FINANCE], label="审批", clauses=("S2.9",)),
        edge("approved", "dispatch", "sent", [Role.FINANCE], label="送达银行", clauses=("S2.9",)),
        edge("sent", "return", "sent", [Role.FINANCE], label="登记部分回单", clauses=("S2.9",)),
        edge("sent", "reconcile", "reconciled", [Role.FINANCE], label="对账", clauses=("S2.9",)),
        edge("reconciled", "close", "closed", [Role.FINANCE], label="关闭批次",
             clauses=("S2.9", "S2.12")),
        edge(UNSENT, "void", "void", [Role.CITY, Role.FINANCE], label="作废"),
    ],
)  # fmt: skip
