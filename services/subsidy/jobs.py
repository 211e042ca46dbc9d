"""What the subsidy service does every business day."""

from services.subsidy.grant.pricing import adjust_grants, calculate_waiting
from shared.commands.spec import Job

JOBS = (
    Job("calculate-waiting-grants", "核定待核定的补贴资格", calculate_waiting, ("S2.5",)),
    Job("adjust-grants", "按现行标准调整补贴额", adjust_grants, ("J281",)),
)
