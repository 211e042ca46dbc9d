"""Routes of held checkpoints."""

from typing import Annotated, Literal

from fastapi import Query

from services.supervision.custody import queries
from services.supervision.custody.schemas import CheckpointOut
from shared.domain.roles import Role
from shared.http.deps import Reading, allow
from shared.http.paging import PageOut, Paging
from shared.http.route import router

checkpoints = router("/checkpoints", "checkpoints", "日志检查点")


@checkpoints.get(
    "",
    summary="查询所存的日志检查点",
    dependencies=[allow(Role.PROVINCE, Role.SUPERVISOR, Role.AUDITOR, Role.OPERATOR)],
)
async def list_checkpoints(
    call: Reading,
    paging: Paging,
    service: Annotated[
        Literal["applications", "subsidy", "projects", "expropriation"] | None,
        Query(description="服务"),
    ] = None,
    log: Annotated[
        Literal["outbox", "audit_log"] | None, Query(description="事件日志或审计日志")
    ] = None,
) -> PageOut[CheckpointOut]:
    """各服务的事件日志和审计日志在各时刻的末位和链值，新的在前。

    存下这份答复，交给该服务的 `verify --held` 核对。
    """
    return await queries.list_checkpoints(call, service, log, paging)
