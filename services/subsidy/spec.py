"""The subsidy service's table of contents."""

from pathlib import Path

from services.subsidy.batch.api import batches
from services.subsidy.batch.states import BATCH
from services.subsidy.consumers import SUBSCRIPTIONS
from services.subsidy.grant.api import agreements, grants
from services.subsidy.grant.states import GRANT
from services.subsidy.jobs import JOBS
from services.subsidy.payment.api import payments
from services.subsidy.payment.states import PAYMENT
from services.subsidy.progress.api import progress
from services.subsidy.standard.api import standards
from services.subsidy.tables import Base
from shared.commands.spec import ServiceSpec
from shared.contracts.subsidy import SubsidyLogCheckpointed

SPEC = ServiceSpec(
    name="subsidy",
    label="租赁补贴",
    description=(
        "补贴标准、补贴资格和协议、按月发放批次（生成、复核、审批、送达、回单、对账、关闭）、"
        "补发和年度任务进度。"
    ),
    port_offset=2,
    routers=(standards, grants, agreements, batches, payments, progress),
    metadata=Base.metadata,
    machines=(GRANT, BATCH, PAYMENT),
    subscriptions=SUBSCRIPTIONS,
    jobs=JOBS,
    checkpointed=SubsidyLogCheckpointed,
    migrations=Path(__file__).parent / "migrations",
)
