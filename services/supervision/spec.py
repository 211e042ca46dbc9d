"""The supervision service's table of contents."""

from pathlib import Path

from services.supervision.alert.api import alerts
from services.supervision.alert.states import ALERT
from services.supervision.bulletin.api import bulletins, closings, rankings
from services.supervision.bulletin.states import BULLETIN
from services.supervision.consumers import SUBSCRIPTIONS
from services.supervision.custody.api import checkpoints
from services.supervision.jobs import JOBS
from services.supervision.report.api import reports
from services.supervision.report.states import REPORT
from services.supervision.tables import Base
from services.supervision.target.api import targets
from services.supervision.target.states import TARGET
from shared.commands.spec import ServiceSpec
from shared.contracts.supervision import SupervisionLogCheckpointed

SPEC = ServiceSpec(
    name="supervision",
    label="督导通报",
    description="年度任务、月报告、月结和月通报、排名、预警，各服务日志的检查点。",
    port_offset=5,
    routers=(targets, reports, closings, bulletins, rankings, alerts, checkpoints),
    metadata=Base.metadata,
    machines=(TARGET, REPORT, BULLETIN, ALERT),
    subscriptions=SUBSCRIPTIONS,
    jobs=JOBS,
    checkpointed=SupervisionLogCheckpointed,
    migrations=Path(__file__).parent / "migrations",
)
