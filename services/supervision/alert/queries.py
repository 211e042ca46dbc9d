"""Reading alerts."""

from uuid import UUID

from sqlalchemy import select

from services.supervision.alert.models import Alert
from services.supervision.alert.schemas import AlertOut
from services.supervision.alert.states import CATALOGUE, LEVEL_LABELS, MACHINE
from shared.commands.context import CommandContext
from shared.commands.shown import head
from shared.db.scope import within
from shared.domain.problems import NotFound
from shared.domain.regions import name_of
from shared.http.paging import Page, PageOut, page


def show(call: CommandContext, alert: Alert) -> AlertOut:
    """An alert as its reader sees it."""
    return AlertOut(
        **head(call, MACHINE, alert),
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
    query = within(select(Alert).where(Alert.id == id), call, Alert.region)
    alert = (await call.session.scalars(query)).one_or_none()
    if alert is None:
        raise NotFound("not-found", "没有找到这条预警，或者它不在您的辖区。")
    return show(call, alert)


async def list_alerts(
    call: CommandContext, state: str, code: str, level: str, paging: Page
) -> PageOut[AlertOut]:
    """Alerts in the caller's reach, by unit, oldest first."""
    query = select(Alert)
    for column, value in ((Alert.state, state), (Alert.code, code), (Alert.level, level)):
        if value:
            query = query.where(column == value)
    return await page(
        call, query, Alert.region, Alert.id, scope=Alert.region,
        paging=paging, make=lambda alert: show(call, alert),
    )  # fmt: skip
