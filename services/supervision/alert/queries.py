"""Reading alerts."""

from uuid import UUID

from sqlalchemy import select

from services.supervision.alert.models import Alert
from services.supervision.alert.schemas import AlertOut
from services.supervision.alert.states import ALERT, CATALOGUE, LEVEL_LABELS
from shared.commands.context import CommandContext
from shared.commands.reads import find
from shared.commands.views import head
from shared.domain.regions import name_of
from shared.http.paging import Listing, Page, PageOut, page


def show(call: CommandContext, alert: Alert) -> AlertOut:
    """An alert as its reader sees it."""
    return AlertOut(
        **head(call, ALERT, alert),
        region_name=name_of(alert.region),
        code=alert.code,
        label=CATALOGUE[alert.code].label,
        object_id=alert.object_id,
        object_label=alert.object_label,
        period=alert.period,
        level=alert.level,
        level_label=LEVEL_LABELS[alert.level],
        clause=alert.clause,
        opened_on=alert.opened_on,
        due_on=alert.due_on,
        closed_on=alert.closed_on,
        reason=alert.reason,
    )


async def get_alert(call: CommandContext, id: UUID) -> AlertOut:
    """One alert in the caller's reach."""
    return show(call, await find(call, Alert, id, "没有找到这条预警，或者它不在您的辖区。"))


ALERTS = Listing(
    select(Alert),
    Alert.region,
    Alert.id,
    scope=Alert.region,
    state=Alert.state,
    code=Alert.code,
    level=Alert.level,
)


async def list_alerts(
    call: CommandContext, state: str | None, code: str | None, level: str | None, paging: Page
) -> PageOut[AlertOut]:
    """Alerts in the caller's reach, by unit, oldest first."""
    return await page(
        call,
        ALERTS,
        paging=paging,
        make=lambda alert: show(call, alert),
        state=state,
        code=code,
        level=level,
    )
