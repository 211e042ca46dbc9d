"""Batches of every unit: a reconciled one with failed payments (April), a sent, a made one."""

from collections.abc import Sequence
from datetime import date

from deploy.demo import ledgers
from shared.domain.roles import Role
from tests.acting import Json
from tests.world.room import Room
from tests.world.world import UNITS, Act, Thing, World, keys

_STEPS = (("check", Role.CITY, "checker"), ("approval", Role.FINANCE, "treasurer"),
          ("dispatch", Role.FINANCE, "treasurer"))  # fmt: skip


async def _make(world: World) -> None:
    for unit in UNITS:
        await _month(world, unit, "2021-04", returned=True)
    world.office.clock.move_to(date(2021, 5, 6))
    for unit in UNITS:
        await _month(world, unit, "2021-05")
    world.office.clock.move_to(date(2021, 6, 3))
    for unit in UNITS:
        body = {"region": unit, "month": "2021-06"}
        batch = await world.post(Role.CITY, unit, "/v1/batches", body)
        assert batch["state"] == "generated"


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


async def _note(world: World) -> None:
    for item in await world.listed(Role.PROVINCE, "/v1/batches"):
        unit, more = item["region"], {"month": item["month"], "number": item["number"]}
        world.add("batch", item, unit, **more)
        world.add(f"batch/{item['state']}", item, unit, **more)
        if item["state"] == "reconciled":  # with one of its failed payments: what a reissue names
            failed = await _failed(world, item["id"])
            payment = Thing("payment", failed[0]["id"], failed[0]["version"], unit)
            world.add("batch/with-failures", item, unit, payment=payment)


async def _failed(world: World, batch: str) -> list[Json]:
    return await world.listed(Role.PROVINCE, "/v1/payments", batch_id=batch, state="failed")


def _reissue(things: Sequence[Thing]) -> Json:
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
    for one in await _failed(world, thing.id):
        await world.post(
            Role.FINANCE, thing.region, f"/v1/payments/{one['id']}/write-off",
            {"reason": "受益人已去世，无继承账户。"}, version=one["version"],
        )  # fmt: skip
    return thing


ROUTES = {
    "POST /v1/batches": Act(
        "create", "batch", lambda t: {"region": t[0].region, "month": "2021-06"}, foreign=(403,),
        places=UNITS,
    ),
    "GET /v1/batches": Act(
        "list", "batch", asked={"state": ("closed",), "month": ("2021-03",)}
    ),
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
}  # fmt: skip

GROWN = """
INSERT INTO batch (id, region, state, version, created_on, updated_at, number, kind, month, lines,
    total_fen, paid_lines, paid_fen, failed_lines, failed_fen, made_by, explanation, digest)
SELECT uuidv7(), unit, 'closed', 6, '2021-03-31', '2021-03-31', unit || month, 'regular', month,
    1000, 30000000, 0, 0, 0, 0, 'maker', '', ''
FROM (SELECT DISTINCT unit FROM places) AS u,
    (SELECT pg_temp.month(n) AS month FROM generate_series(0, 35) AS n) AS months;
"""

ROOM = Room(ROUTES, after=("grant",), make=_make, note=_note, grown=GROWN)
