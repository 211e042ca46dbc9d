"""Work of every business day, in this order: reports, alerts, the proof of the counters."""

from services.supervision.alert.commands import raise_alerts
from services.supervision.facts.recount import recount
from services.supervision.report.commands import open_reports
from shared.commands.spec import Job

JOBS = (
    Job("open-reports", "开启和汇总月报告", open_reports, ("S11.1", "S11.2")),
    Job("raise-alerts", "提示、升级和消除预警", raise_alerts, ("S0.3",)),
    Job("recount", "从零复核累计数", recount, ("S11.2",)),
)
