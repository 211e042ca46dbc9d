"""The life of a compensation contract."""

from enum import StrEnum

from shared.domain.lifecycle import Machine, edge
from shared.domain.roles import Role


class ContractState(StrEnum):
    """Where a contract stands."""

    DRAFTED = "drafted"
    SIGNED = "signed"
    PAID = "paid"
    MOVED = "moved"


CONTRACT = Machine(
    "expropriation.contract",
    "补偿协议",
    states=ContractState,
    labels={"drafted": "待签约", "signed": "已签约", "paid": "已支付", "moved": "已搬迁"},
    initial=ContractState.DRAFTED,
    edges=[
        edge(
            "drafted",
            "sign",
            "signed",
            [Role.EXPROPRIATION],
            label="网上签约",
            clauses=("S8.9", "S8.7", "R590.25"),
        ),
        edge(
            "signed", "pay", "paid", [Role.FINANCE], label="支付补偿", clauses=("R590.27", "S8.6")
        ),
        edge(
            "paid",
            "move",
            "moved",
            [Role.EXPROPRIATION],
            label="搬迁",
            clauses=("R590.27", "S8.7"),
        ),
    ],
)
"""There is no way to `moved` but through `paid`: 先补偿、后搬迁."""
