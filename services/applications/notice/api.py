"""Routes of public notices."""

from typing import Annotated

from fastapi import Query

from services.applications.notice import queries
from services.applications.notice.schemas import PublicNoticeOut
from shared.domain.fields import Digits, Region
from shared.http.deps import PUBLIC, Reading
from shared.http.paging import PageOut, Paging
from shared.http.route import router

public_notices = router("/public-notices", "public-notices", "公示")


@public_notices.get("", summary="查看公示", dependencies=[PUBLIC])
async def list_notices(
    call: Reading,
    paging: Paging,
    region: Annotated[Region | None, Query(description="区划代码")] = None,
    stage: Annotated[
        int | None, Digits, Query(ge=1, le=2, description="1 公示一、2 公示二")
    ] = None,
) -> PageOut[PublicNoticeOut]:
    """正在公示的家庭，任何人可看：姓名脱敏，只显示人口、类别和保障方式；公示期满即撤下。"""
    return await queries.list_notices(call, region, stage, paging)
