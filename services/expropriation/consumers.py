"""What this service takes from others: planned projects open programmes."""

from collections.abc import Sequence

from services.expropriation.programme.commands import open_programmes
from shared.commands.context import CommandContext
from shared.commands.spec import Subscription
from shared.contracts.projects import ProjectPlanned
from shared.contracts.received_event import ReceivedEvent


async def open_for_planned(call: CommandContext, received: Sequence[ReceivedEvent]) -> None:
    """Open a programme for each planned project that needs clearing, at most one a project."""
    planned = [one.event for one in received if isinstance(one.event, ProjectPlanned)]
    await open_programmes(call, planned)


SUBSCRIPTIONS = (Subscription((ProjectPlanned,), open_for_planned),)
