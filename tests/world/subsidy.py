"""Grants, batches and payments of several units, and how each route of the service is called."""

from datetime import date
from typing import Any

from deploy.demo import ledgers
from shared.contracts.applications import ApplicationApproved
from shared.db.model import new_id
from shared.domain.identity import make_card_no
from shared.domain.roles import Role
from tests.acting import Json
from tests.harness import Office
from tests.subsidy.acts import STANDARD, approval
from tests.world.world import OFFICES, UNITS, Act, Thing, World, keys, unit_of

HOUSEHOLDS = 5
_STEPS = (("check", Role.CITY, "checker"), ("approval", Role.FINANCE, "treasurer"),
          ("dispatch", Role.FINANCE, "treasurer"))  # fmt: skip
FORMER = "220381"
"""The code of 公主岭 before it moved from 四平 to 长春."""


async def build(office: Office) -> World:
    """Per unit: a reconciled batch with a failed payment (April), a sent one (May), a made one."""
    world = World(office)
    for unit in UNITS:
        body = {**STANDARD, "region": unit}
        world.add("standard", await world.post(Role.CITY, unit, "/v1/standards", body), unit)
    await office.deliver([approval(region=r) for r in OFFICES for _ in range(HOUSEHOLDS)])
    await office.deliver([_before_the_move()])
    for region in OFFICES:
        await _agree(world, region)
    for unit in UNITS:
        await _month(world, unit, "2021-04", returned=True)
    office.clock.move_to(date(2021, 5, 6))
    for unit in UNITS:
        await _month(world, unit, "2021-05")
    office.clock.move_to(date(2021, 6, 3))
    for unit in UNITS:
        batch = await world.post(
            Role.CITY, unit, "/v1/batches", {"region": unit, "month": "2021-06"}
        )
        assert batch["state"] == "generated"
    for path, kind in (("batches", "batch"), ("payments", "payment"), ("grants", "grant")):
        for item in await world.listed(Role.PROVINCE, f"/v1/{path}"):
            more = {"month": item["month"], "number": item["number"]} if kind != "grant" else {}
            world.add(kind, item, item["region"], **more)
            world.add(f"{kind}/{item['state']}", item, item["region"], **more)
    _failed_payments(world)
    return world


def _before_the_move() -> tuple[ApplicationApproved, Any, int]:
    event, id, version = approval(region="220184")
    return event.model_copy(update={"region": FORMER, "application_id": new_id()}), id, version


async def _agree(world: World, region: str) -> None:
    found = await world.listed(Role.PROVINCE, "/v1/grants")
    items = [
        {"id": g["id"], "version": g["version"], "account_name": "户主本人",
         "account_no": make_card_no(f"6222022{region}{n:05d}")}
        for n, g in enumerate([g for g in found if g["region"] == region][1:])
    ]  # fmt: skip
    await world.post(Role.CITY, unit_of(region), "/v1/agreements", {"items": items})


async def _month(world: World, unit: str, month: str, *, returned: bool = False) -> None:
    batch = await world.post(
        Role.CITY, unit, "/v1/batches", {"region": unit, "month": month}, subject="maker"
    )
    for step, role, subject in _STEPS:
        path = f"/v1/batches/{batch['id']}/{step}"
        batch = await world.post(role, unit, path, {}, subject=subject, version=batch["version"])
    if returned:
        path = f"/v1/batches/{batch['id']}"
        sent = await world.client(Role.FINANCE, unit).get(f"{path}/payment-file")
        file = ("回单.csv", ledgers.bank_return(sent.content, 2)[0])
        await world.upload(Role.FINANCE, unit, f"{path}/bank-return", file)


def _failed_payments(world: World) -> None:
    """A batch with failures, and one of them: what a reissue names."""
    for unit in UNITS:
        batch = next(t for t in world.of("batch/reconciled", unit))
        failed = next(t for t in world.of("payment/failed") if unit_of(t.region) == unit)
        world.things.setdefault("batch/with-failures", []).append(
            Thing(batch.kind, batch.id, batch.version, unit, {"payment": failed})
        )


def _reissue(things: Any) -> Json:
    payment = things[0].more["payment"]
    return {"items": keys([payment], account_no="6222022001012345670", account_name="户主本人")}


def _returned(thing: Thing) -> tuple[str, bytes]:
    rows = [(thing.more["number"], "1.00", "成功", "")]
    return "回单.csv", ledgers.text_csv(
        ("支付编号", "金额(元)", "结果", "失败原因"), rows, "gb18030"
    )


async def _checked(world: World, thing: Thing) -> Thing:
    """The batch, checked by another person than its maker."""
    body = {"explanation": "经核实，由同一监护人代领。"}
    made = await world.post(
        Role.CITY, thing.region, f"/v1/batches/{thing.id}/check", body,
        subject="checker", version=thing.version,
    )  # fmt: skip
    return Thing(thing.kind, thing.id, made["version"], thing.region)


async def _approved(world: World, thing: Thing) -> Thing:
    """The batch, checked and approved."""
    checked = await _checked(world, thing)
    made = await world.post(
        Role.FINANCE, thing.region, f"/v1/batches/{thing.id}/approval", {},
        subject="approver", version=checked.version,
    )  # fmt: skip
    return Thing(thing.kind, thing.id, made["version"], thing.region)


async def _settled(world: World, thing: Thing) -> Thing:
    """The batch, every failed payment of it written off."""
    failed = await world.listed(Role.PROVINCE, "/v1/payments", batch_id=thing.id, state="failed")
    for one in failed:
        await world.post(
            Role.FINANCE, thing.region, f"/v1/payments/{one['id']}/write-off",
            {"reason": "受益人已去世，无继承账户。"}, version=one["version"],
        )  # fmt: skip
    return thing


ROUTES: dict[str, Act] = {
    "POST /v1/standards": Act(
        "create", "standard",
        lambda t: {**STANDARD, "region": t[0].region, "effective_from": "2021-09-01"},
        foreign=(403,), places=UNITS,
    ),
    "GET /v1/standards": Act(
        "list", "standard", open="本单位的标准是公开文件，所辖区县也按它办理"
    ),
    "GET /v1/grants": Act("list", "grant"),
    "GET /v1/grants/{id}": Act("show", "grant"),
    "POST /v1/grants/{id}/stop": Act(
        "single", "grant/signed",
        lambda _: {"reason_code": "home-obtained", "opinion": "经核查，家庭已购买住房。",
                   "changed_on": "2021-06-01"},
    ),
    "POST /v1/grants/{id}/unmaskings": Act(
        "show", "grant/signed", lambda _: {"purpose": "核对银行退回账号"}
    ),
    "POST /v1/agreements": Act(
        "bulk", "grant/calculated",
        lambda things: {"items": keys(things, account_no="6222022001012345670",
                                      account_name="户主本人", rent_yuan="800.00")},
    ),
    "POST /v1/batches": Act(
        "create", "batch", lambda t: {"region": t[0].region, "month": "2021-06"}, foreign=(403,),
        places=UNITS,
    ),
    "GET /v1/batches": Act("list", "batch"),
    "GET /v1/batches/{id}": Act("show", "batch"),
    "POST /v1/batches/{id}/check": Act(
        "single", "batch/generated", lambda _: {"explanation": "经核实，由同一监护人代领。"},
        subject="checker",
    ),
    "POST /v1/batches/{id}/approval": Act(
        "single", "batch/generated", lambda _: {}, first=_checked
    ),
    "POST /v1/batches/{id}/dispatch": Act(
        "single", "batch/generated", lambda _: {}, first=_approved
    ),
    "POST /v1/batches/{id}/voiding": Act(
        "single", "batch/generated", lambda _: {"reason": "有家庭已停发，重新生成。"}
    ),
    "GET /v1/batches/{id}/payment-file": Act("export", "batch/sent"),
    "POST /v1/batches/{id}/bank-return": Act("import", "batch/sent", file=_returned),
    "POST /v1/batches/{id}/reissues": Act("single", "batch/with-failures", _reissue),
    "POST /v1/batches/{id}/closing": Act(
        "single", "batch/reconciled", lambda _: {}, first=_settled
    ),
    "GET /v1/payments": Act("list", "payment"),
    "GET /v1/payments/{id}": Act("show", "payment"),
    "POST /v1/payments/{id}/write-off": Act(
        "single", "payment/failed", lambda _: {"reason": "受益人已去世，无继承账户。"}
    ),
    "GET /v1/task-progress": Act("list", region="unit"),
}  # fmt: skip
