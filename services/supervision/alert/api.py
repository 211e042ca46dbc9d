"""Routes of alerts."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query

from services.supervision.alert import commands, queries
from services.supervision.alert.schemas import AlertOut, Waiver
from services.supervision.alert.states import AlertState
from shared.domain.roles import Role
from shared.http.deps import Changing, Reading, allow
from shared.http.paging import PageOut, Paging
from shared.http.route import router

alerts = router("/alerts", "alerts", "预警")

READERS = allow(Role.CITY, Role.GOVERNMENT, Role.PROVINCE, Role.SUPERVISOR, Role.AUDITOR)


@alerts.get("", summary="查询预警", dependencies=[READERS])
async def list_alerts(
    call: Reading,
    paging: Paging,
    state: Annotated[AlertState | None, Query(description="状态")] = None,
    code: Annotated[
        str, Query(max_length=32, description="预警编码", examples=["START_RISK"])
    ] = "",
    level: Annotated[
        Literal["blue", "yellow", "orange", "red"] | None, Query(description="级别")
    ] = None,
) -> PageOut[AlertOut]:
    """本辖区的预警：事项、对象、级别、时限和依据。"""
    return await queries.list_alerts(call, state, code or None, level, paging)


@alerts.get("/{id}", summary="查看一条预警", dependencies=[READERS])
async def get_alert(id: UUID, call: Reading) -> AlertOut:
    """一条预警的事项、对象、级别、时限和依据。"""
    return await queries.get_alert(call, id)


@alerts.post("/{id}/acknowledgement", summary="签收预警", dependencies=[allow(Role.CITY)])
async def acknowledge_alert(id: UUID, call: Changing) -> AlertOut:
    """单位签收预警并负责整改。预警由事实消除，不因签收消除。"""
    return queries.show(call, await commands.acknowledge(call, id))


@alerts.post("/{id}/waiver", summary="豁免预警", dependencies=[allow(Role.SUPERVISOR)])
async def waive_alert(id: UUID, call: Changing, command: Waiver) -> AlertOut:
    """督导人员写明原因豁免一条预警；同一期间不再提示。"""
    return queries.show(call, await commands.waive(call, id, command.reason))
