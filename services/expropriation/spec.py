"""The table of contents of the expropriation service: read this first.

A planned project opens a programme; the office announces its signing period, drafts a contract for
each property, signs them online in order, pays them and registers the removals.
"""

from pathlib import Path

from services.expropriation.consumers import SUBSCRIPTIONS
from services.expropriation.contract.api import contracts, drafts, payments
from services.expropriation.contract.states import CONTRACT
from services.expropriation.jobs import JOBS
from services.expropriation.order.api import orders, removals, signings
from services.expropriation.programme.api import periods, programmes
from services.expropriation.programme.states import PROGRAMME
from services.expropriation.tables import Base
from shared.commands.spec import ServiceSpec
from shared.contracts.expropriation import ExpropriationLogCheckpointed

SPEC = ServiceSpec(
    name="expropriation",
    label="房屋征收",
    description="征收项目、签约期、网上签约、补偿支付和搬迁：先签约、先搬迁、先受益，先补偿、后搬迁。",
    port_offset=4,
    routers=(programmes, orders, periods, contracts, drafts, signings, payments, removals),
    metadata=Base.metadata,
    machines=(PROGRAMME, CONTRACT),
    subscriptions=SUBSCRIPTIONS,
    jobs=JOBS,
    checkpointed=ExpropriationLogCheckpointed,
    migrations=Path(__file__).parent / "migrations",
)
