"""Routes of month closing, bulletins and rankings."""

from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Header, Path, Query, Response

from services.supervision.bulletin import commands, queries
from services.supervision.bulletin.content import canonical
from services.supervision.bulletin.document import Document
from services.supervision.bulletin.forms import FORMS
from services.supervision.bulletin.press import printed
from services.supervision.bulletin.schemas import (
    BulletinOut,
    BulletinText,
    ClosedMonth,
    FactOut,
    MonthClosing,
    Ranking,
    Unit,
    UnitRanking,
)
from services.supervision.facts.indicators import INDICATORS
from shared.domain.roles import Role
from shared.http.deps import Reading, Running, allow, requires_key
from shared.http.paging import PageOut, Paging
from shared.http.route import router

closings = router("/month-closings", "month-closings", "月结")
bulletins = router("/bulletins", "bulletins", "月通报")
rankings = router("/rankings", "rankings", "排名")

READERS = allow(
    Role.DISTRICT,
    Role.CITY,
    Role.FINANCE,
    Role.EXPROPRIATION,
    Role.GOVERNMENT,
    Role.PROVINCE,
    Role.SUPERVISOR,
    Role.AUDITOR,
    Role.INTEGRATOR,
)
"""A bulletin is addressed to all units, so that these posts of any region may read it."""

FormName = Literal["html", "pdf", "docx", "xlsx", "csv", "json"]
IndicatorCode = Annotated[
    str, Query(description="指标编码", json_schema_extra={"enum": list(INDICATORS)})
]
AtMonth = Annotated[ClosedMonth, Path(description="业务月份")]
OfUnit = Annotated[Unit, Path(description="报告单位代码")]
_PRINTED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "通报文件",
        "content": {form.media.partition(";")[0]: {} for form in FORMS.values()},
    },
    304: {"description": "与已有副本相同"},
}


@closings.post(
    "",
    status_code=201,
    summary="月结并印发月通报",
    dependencies=[allow(Role.PROVINCE), requires_key],
)
async def close_month(call: Running, command: MonthClosing) -> BulletinOut:
    """固化一个月的数字和排名，生成通报。每月一次；印发后收到的事实在下一期更正，不改动已印发的通报。"""
    return queries.show(call, await commands.close_month(call, command))


@bulletins.get("", summary="查询月通报", dependencies=[READERS])
async def list_bulletins(call: Reading, paging: Paging) -> PageOut[BulletinOut]:
    """已印发的月通报，最近的在前。"""
    return await queries.list_bulletins(call, paging)


@bulletins.get("/{month}", summary="查看一期月通报", dependencies=[READERS])
async def get_bulletin(month: AtMonth, call: Reading) -> BulletinText:
    """一期月通报的全文：六种文件都由这份内容印出，数字相同。"""
    return await queries.text_of(call, month)


def _same(if_none_match: str, tag: str) -> bool:
    return tag in (one.strip().removeprefix("W/") for one in if_none_match.split(","))


@bulletins.get(
    "/{month}/document",
    summary="下载月通报文件",
    dependencies=[READERS],
    response_class=Response,
    responses=_PRINTED,
)
async def get_document(
    month: AtMonth,
    call: Reading,
    format: Annotated[FormName, Query(description="文件格式")] = "html",
    if_none_match: Annotated[str, Header(description="已有副本的 ETag")] = "",
) -> Response:
    """以 HTML、PDF、Word、Excel、CSV 或 JSON 下载通报；同一期通报每次下载的内容逐字节相同。"""
    bulletin = await queries.closed(call, month)
    form = FORMS[format]
    tag = f'"{bulletin.digest}-{form.extension}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=31536000, immutable"}
    if _same(if_none_match, tag):
        return Response(status_code=304, headers=headers)
    document = Document.model_validate(bulletin.document)
    content = await printed(form, document)
    name = quote(form.file_name(month))
    shown = "inline" if form.extension in ("html", "pdf") else "attachment"
    headers["Content-Disposition"] = f"{shown}; filename*=UTF-8''{name}"
    return Response(content, media_type=form.media, headers=headers)


@bulletins.get(
    "/{month}/content",
    summary="下载固化数字",
    dependencies=[READERS],
    response_class=Response,
    responses={200: {"description": "固化数字", "content": {"application/json": {}}}},
)
async def get_content(month: AtMonth, call: Reading) -> Response:
    """月结时固化的全部数字、任务、得分和更正。文件的 SHA-256 就是通报上的数字摘要。"""
    bulletin = await queries.closed(call, month)
    return Response(
        canonical(bulletin.content),
        media_type="application/json",
        headers={"ETag": f'"{bulletin.digest}"'},
    )


@rankings.get("/{month}", summary="查看排名", dependencies=[READERS], response_model=Ranking)
async def get_ranking(month: AtMonth, call: Reading) -> Response:
    """已月结月份的排名：每个单位的得分、名次、各项系数和原始数字，以及全省累计数。"""
    return Response(await queries.ranking(call, month), media_type="application/json")


@rankings.get("/{month}/{unit}", summary="查看一个单位的得分", dependencies=[READERS])
async def get_unit_ranking(month: AtMonth, unit: OfUnit, call: Reading) -> UnitRanking:
    """一个单位的得分、名次，以及全部固化数字和年度任务。"""
    return await queries.unit_ranking(call, month, unit)


@rankings.get("/{month}/{unit}/facts", summary="查看数字背后的事件", dependencies=[READERS])
async def list_facts(
    month: AtMonth,
    unit: OfUnit,
    call: Reading,
    paging: Paging,
    indicator: IndicatorCode,
) -> PageOut[FactOut]:
    """构成一个已通报累计数的逐笔事件，合计等于通报数。限本辖区。"""
    return await queries.facts_behind(call, month, unit, indicator, paging)
