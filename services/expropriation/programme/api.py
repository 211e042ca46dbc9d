"""Routes of programmes and their signing periods."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.expropriation.programme import commands, queries
from services.expropriation.programme.schemas import (
    ProgrammeDetail,
    ProgrammeOut,
    SigningPeriodList,
)
from services.expropriation.programme.states import ProgrammeState
from shared.commands.views import moved_list
from shared.domain.fields import MovedList, Region
from shared.domain.roles import Role
from shared.http.deps import Changing, Reading, allow
from shared.http.paging import PageOut, Paging
from shared.http.route import router

READERS = allow(
    Role.EXPROPRIATION,
    Role.FINANCE,
    Role.CITY,
    Role.GOVERNMENT,
    Role.PROVINCE,
    Role.SUPERVISOR,
    Role.AUDITOR,
)

programmes = router("/programmes", "programmes", "征收项目")
periods = router("/signing-periods", "signing-periods", "签约期")


@programmes.get("", summary="查询征收项目", dependencies=[READERS])
async def listing(
    call: Reading,
    paging: Paging,
    state: Annotated[ProgrammeState | None, Query(description="状态")] = None,
    region: Annotated[Region | None, Query(description="区划代码", examples=["220102"])] = None,
) -> PageOut[ProgrammeOut]:
    """本辖区的征收项目。列入年度计划且需要征收的棚改项目自动产生，一个棚改项目一个。"""
    return await queries.list_programmes(call, state, region, paging)


@programmes.get("/{id}", summary="查看征收项目", dependencies=[READERS])
async def one(id: UUID, call: Reading) -> ProgrammeDetail:
    """一个征收项目：签约期、补偿和奖励标准、签约和搬迁户数。"""
    return await queries.show_programme(call, id)


@periods.post("", summary="公布签约期", dependencies=[allow(Role.EXPROPRIATION)])
async def announce(body: SigningPeriodList, call: Changing) -> MovedList:
    """公布签约期、补偿单价和奖励分档。补偿费用应已足额到位；公布后不能更改。"""
    return moved_list(await commands.announce(call, body.items))
