"""The daily work of the applications service."""

from services.applications.notice.commands import close_notices
from shared.commands.spec import Job

CLOSE_NOTICES = Job("close-notices", "公示期满办理", close_notices, ("S2.10", "CC.201"))
