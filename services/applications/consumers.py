"""What the subsidy service tells: which grant an application got, and when a grant ended."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update

from services.applications.application.commands import release
from services.applications.application.models import Application
from services.applications.application.states import APPLICATION, ApplicationState
from shared.commands.changes import move_all
from shared.commands.context import CommandContext
from shared.commands.spec import Subscription
from shared.contracts.applications import ApplicationEnded
from shared.contracts.received_event import ReceivedEvent
from shared.contracts.subsidy import GrantHeld, GrantOpened, GrantStopped
from shared.db.model import among
from shared.domain.problems import NotFound
from shared.law.citing import cites


@cites("S1.3")
async def follow_grants(call: CommandContext, received: Sequence[ReceivedEvent]) -> None:
    """Keep a guaranteed household from applying twice, and let it apply again afterwards.

    Raises `NotFound` for a grant of an application that is not here.
    """
    events = [one.event for one in received]
    granted = [event for event in events if isinstance(event, GrantHeld | GrantOpened)]
    stopped = {event.grant_id: event for event in events if isinstance(event, GrantStopped)}
    if granted:
        await _note(call, granted)
    if stopped:
        await _end(call, stopped)


async def _note(call: CommandContext, granted: Sequence[GrantHeld | GrantOpened]) -> None:
    grants = {event.application_id: event.grant_id for event in granted}
    statement = select(Application.id).where(among(Application.id, list(grants)))
    if set(await call.session.scalars(statement)) != grants.keys():
        raise NotFound("application-unknown", "补贴资格所依据的申请不存在。")
    await call.session.execute(
        update(Application),
        [{"id": application, "grant_id": grant} for application, grant in grants.items()],
    )


async def _end(call: CommandContext, stopped: dict[UUID, GrantStopped]) -> None:
    held = select(Application).where(among(Application.grant_id, list(stopped)))
    rows: list[Application] = await call.locked(held.order_by(Application.id))
    if len(rows) != len(stopped):
        raise NotFound("application-unknown", "补贴资格所依据的申请不存在。")
    ending = [row for row in rows if row.state == ApplicationState.APPROVED]
    if not ending:
        return
    release(call, ending)
    move_all(call, APPLICATION, ending, "end", [_ended(call, row, stopped) for row in ending])


def _ended(
    call: CommandContext, row: Application, stopped: dict[UUID, GrantStopped]
) -> ApplicationEnded:
    assert row.grant_id is not None
    return ApplicationEnded(
        region=row.region,
        application_id=row.id,
        on=call.today,
        reason_code=stopped[row.grant_id].reason_code,
    )


SUBSCRIPTION = Subscription((GrantHeld, GrantOpened, GrantStopped), follow_grants)
