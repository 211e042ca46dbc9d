"""Routes of payment batches."""

from typing import Annotated
from uuid import UUID

from fastapi import File, Query, Response, UploadFile

from services.subsidy.batch import bank_return, commands, generation, queries, reissue
from services.subsidy.batch.payment_file import payment_file
from services.subsidy.batch.schemas import BatchIn, BatchOut, Check, Confirmation, Reissue, Voiding
from services.subsidy.batch.states import BatchState
from shared.domain.fields import Month, Region
from shared.domain.roles import Role
from shared.files.imports import ImportReport
from shared.http.deps import Changing, Reading, Running, allow, requires_key
from shared.http.paging import PageOut, Paging
from shared.http.route import router

batches = router("/batches", "batches", "发放批次")

READERS = (Role.CITY, Role.FINANCE, Role.PROVINCE, Role.SUPERVISOR, Role.AUDITOR)


@batches.post(
    "",
    status_code=201,
    summary="生成发放批次",
    dependencies=[allow(Role.CITY), requires_key],
    responses={200: {"description": "该月批次此前已生成", "model": BatchOut}},
)
async def generate_batch(body: BatchIn, call: Running, response: Response) -> BatchOut:
    """为一个单位的一个月生成发放明细：已签协议、当月应发、尚未发放的家庭各一笔。重复生成得到同一批次。"""
    batch, fresh = await generation.generate(call, body.region, body.month)
    if not fresh:
        response.status_code = 200
    return queries.show(call, batch)


@batches.get("", summary="查询发放批次", dependencies=[allow(*READERS)])
async def list_batches(
    call: Reading,
    paging: Paging,
    state: Annotated[BatchState | None, Query(description="状态")] = None,
    month: Annotated[Month | None, Query(description="月份", examples=["2021-04"])] = None,
    region: Annotated[Region | None, Query(description="单位代码", examples=["220100"])] = None,
) -> PageOut[BatchOut]:
    """本辖区的发放批次。"""
    return await queries.list_batches(call, state, month, region, paging)


@batches.get("/{id}", summary="查看发放批次", dependencies=[allow(*READERS)])
async def show_batch(id: UUID, call: Reading) -> BatchOut:
    """一个批次的笔数、金额、回单情况和各步经办人。"""
    return queries.show(call, await queries.one(call, id))


@batches.post("/{id}/check", summary="复核批次", dependencies=[allow(Role.CITY)])
async def check_batch(id: UUID, body: Check, call: Changing) -> BatchOut:
    """由生成人以外的人复核。同一账户收多笔的须写明核实情况；有家庭已停发的须作废重做。"""
    return queries.show(call, await commands.check(call, id, body.explanation))


@batches.post("/{id}/approval", summary="审批批次", dependencies=[allow(Role.FINANCE)])
async def approve_batch(id: UUID, body: Confirmation, call: Changing) -> BatchOut:
    """财政部门审批，不得是生成人或复核人；明细须与复核时一致。"""
    return queries.show(call, await commands.approve(call, id))


@batches.post(
    "/{id}/dispatch",
    summary="送达银行",
    dependencies=[allow(Role.FINANCE), requires_key],
)
async def dispatch_batch(id: UUID, body: Confirmation, call: Changing) -> BatchOut:
    """把已审批的批次送银行发放。"""
    return queries.show(call, await commands.dispatch(call, id))


@batches.post("/{id}/voiding", summary="作废批次", dependencies=[allow(Role.CITY, Role.FINANCE)])
async def void_batch(id: UUID, body: Voiding, call: Running) -> BatchOut:
    """送达银行之前写明原因作废；该月可以重新生成。"""
    return queries.show(call, await commands.void(call, id, body.reason))


@batches.get(
    "/{id}/payment-file",
    summary="导出支付文件",
    dependencies=[allow(Role.FINANCE)],
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}, "description": "CSV（UTF-8 BOM）"}},
)
async def export_payment_file(id: UUID, call: Reading) -> Response:
    """送银行的支付文件，含收款账号和户名明文；每次导出留审计记录。"""
    name, content = await payment_file(call, id)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


@batches.post("/{id}/bank-return", summary="登记银行回单", dependencies=[allow(Role.FINANCE)])
async def take_bank_return(
    id: UUID,
    call: Running,
    file: Annotated[UploadFile, File(description="银行回单文件（CSV 或 XLSX）")],
) -> ImportReport:
    """列：支付编号、金额(元)、结果、失败原因。金额不符、编号不明的行退回；同一文件再次上传不起作用。"""
    return await bank_return.take_return(call, id, file.filename or "", await file.read())


@batches.post(
    "/{id}/reissues",
    status_code=201,
    summary="补发失败支付",
    dependencies=[allow(Role.CITY), requires_key],
)
async def reissue_payments(id: UUID, body: Reissue, call: Running) -> BatchOut:
    """更正账号后补发：失败的支付由新编号的支付替换，归入一个新批次，照常复核、审批、送达。"""
    return queries.show(call, await reissue.reissue(call, id, body.items))


@batches.post("/{id}/closing", summary="关闭批次", dependencies=[allow(Role.FINANCE)])
async def close_batch(id: UUID, body: Confirmation, call: Changing) -> BatchOut:
    """每笔都已发放、补发或了结，合计与总数一致，才能关闭；关闭后明细不再变动。"""
    return queries.show(call, await commands.close(call, id))
