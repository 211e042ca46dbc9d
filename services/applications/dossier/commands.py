"""Taking an application back."""

from uuid import UUID

from services.applications.application.commands import release
from services.applications.application.models import Application
from services.applications.application.states import APPLICATION, UNDER_NOTICE
from services.applications.dossier.schemas import WithdrawalIn
from services.applications.notice.commands import end_notices
from services.applications.objection.commands import lapse_objections
from shared.commands.changes import load, move
from shared.commands.context import CommandContext
from shared.contracts.applications import ApplicationWithdrawn
from shared.domain.problems import NotFound
from shared.domain.roles import Role


async def withdraw(call: CommandContext, id: UUID, body: WithdrawalIn) -> Application:
    """The household takes its application back; an applicant only his own."""
    row = await load(call, Application, id)
    if Role.STREET not in call.actor.roles and row.submitted_by != call.actor.subject:
        raise NotFound("not-found", "没有找到这份申请。")
    row.withdrawal_reason = body.reason
    if row.state in UNDER_NOTICE:
        end_notices(call, [row], "withdrawn")
        lapse_objections(call, row)
    release(call, [row])
    event = ApplicationWithdrawn(region=row.region, application_id=row.id, on=call.today)
    move(call, APPLICATION, row, "withdraw", event)
    return row
