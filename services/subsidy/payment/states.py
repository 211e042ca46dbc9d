"""The life of a payment."""

from enum import StrEnum

from shared.domain.lifecycle import Machine, edge
from shared.domain.roles import Role


class PaymentState(StrEnum):
    """What became of a payment."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    REPLACED = "replaced"
    CANCELLED = "cancelled"


UNFINISHED = (PaymentState.PENDING, PaymentState.FAILED)
"""States in which a payment waits for the bank or for an officer."""

PAYMENT = Machine(
    "subsidy.payment",
    "支付",
    states=PaymentState,
    labels={
        "pending": "待发放",
        "paid": "已发放",
        "failed": "发放失败",
        "replaced": "已补发",
        "cancelled": "已取消",
    },
    initial=PaymentState.PENDING,
    edges=[
        edge("pending", "pay", "paid", [Role.FINANCE], label="银行回单：成功", clauses=("S2.9",)),
        edge("pending", "fail", "failed", [Role.FINANCE], label="银行回单：失败",
             clauses=("S2.9",)),
        edge("pending", "cancel", "cancelled", [Role.CITY, Role.FINANCE], label="随批次作废"),
        edge("failed", "reissue", "replaced", [Role.CITY], label="补发", clauses=("S2.9",)),
        edge("failed", "write-off", "cancelled", [Role.FINANCE], label="不再发放",
             clauses=("S2.9",)),
        edge("replaced", "restore", "failed", [Role.CITY, Role.FINANCE], label="补发作废"),
    ],
)  # fmt: skip

FAILURES = {
    "account-name-mismatch": "账号与户名不符",
    "account-closed": "账户已销户",
    "account-frozen": "账户冻结或状态异常",
    "account-unknown": "账号不存在",
    "other": "其他原因（见银行回单）",
}
"""What the bank says of a failed payment, as codes: its own words may name a person."""
