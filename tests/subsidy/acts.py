"""What offices do in the tests of the subsidy service."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID, uuid4

import httpx

from deploy.demo import ledgers
from shared.contracts.applications import ApplicationApproved
from shared.db.model import new_id
from shared.domain.identity import make_card_no
from shared.domain.roles import Role
from tests.acting import REGION, Json, done, listed, person_at, province, succeeded
from tests.harness import Office

UNIT = "220100"
STANDARD: Json = {
    "region": UNIT,
    "effective_from": "2021-01-01",
    "document_no": "长政办发〔2020〕11号",
    "per_capita_sqm": "15.00",
    "household_cap_sqm": "60.00",
    "unit_price_yuan": "7.00",
    "cap_at_rent": False,
    "coefficients": {"minimum": "1.0", "low": "0.8", "middle": "0.5"},
}


def city(office: Office, region: str = UNIT, subject: str = "maker") -> httpx.AsyncClient:
    return person_at(office, Role.CITY, region=region, subject=subject)


def checker(office: Office, region: str = UNIT) -> httpx.AsyncClient:
    return city(office, region, "checker")


def finance(office: Office, region: str = UNIT, subject: str = "treasurer") -> httpx.AsyncClient:
    return person_at(office, Role.FINANCE, region=region, subject=subject)


def approval(
    *,
    region: str = REGION,
    household: str = "",
    on: date = date(2021, 4, 20),
    mode: Literal["subsidy", "unit"] = "subsidy",
    tier: Literal["minimum", "low", "middle"] = "minimum",
    size: int = 3,
    own: str = "21.50",
) -> tuple[ApplicationApproved, UUID, int]:
    """An approval as applications tells of it."""
    application_id = new_id()
    event = ApplicationApproved(
        region=region, application_id=application_id, on=on,
        household_key=household or uuid4().hex, categories=("C13",), mode=mode, tier=tier,
        household_size=size, own_area_sqm=Decimal(own),
    )  # fmt: skip
    return event, application_id, 7


async def publish(office: Office, **changes: Any) -> Json:
    """The unit's standard, published by its city office."""
    body = {**STANDARD, **changes}
    return await done(city(office, body["region"]), "/v1/standards", body)


async def calculated(office: Office, count: int = 1, **facts: Any) -> list[Json]:
    """Grants of newly approved households, in the order of their approval."""
    batch = [approval(**facts) for _ in range(count)]
    await office.deliver(batch)
    found = {g["application_id"]: g for g in await listed(province(office), "/v1/grants")}
    return [found[str(application_id)] for _, application_id, _ in batch]


def agreements(grants: Sequence[Json], **more: Any) -> Json:
    return {
        "items": [
            {
                "id": grant["id"],
                "version": grant["version"],
                "account_no": make_card_no(f"6222022{grant['region']}{n:05d}"),
                "account_name": "户主本人",
                **more,
            }
            for n, grant in enumerate(grants)
        ]
    }


async def signed(office: Office, count: int = 1, **facts: Any) -> list[Json]:
    """Grants with a signed agreement, as they are listed afterwards."""
    grants = await calculated(office, count, **facts)
    await done(city(office), "/v1/agreements", agreements(grants))
    found = {g["id"]: g for g in await listed(province(office), "/v1/grants")}
    return [found[grant["id"]] for grant in grants]


async def made(office: Office, month: str = "2021-04", unit: str = UNIT) -> Json:
    """The batch of a unit's month."""
    body = {"region": unit, "month": month}
    return await done(city(office, unit), "/v1/batches", body)


async def through(office: Office, batch: Json) -> Json:
    """Check, approval and dispatch by three persons."""
    who = (checker(office), finance(office), finance(office))
    for step, client in zip(("check", "approval", "dispatch"), who, strict=True):
        batch = await done(client, f"/v1/batches/{batch['id']}/{step}", {}, batch["version"])
    return batch


async def sent(office: Office, count: int = 1, **facts: Any) -> Json:
    """A dispatched batch of newly signed grants under the unit's standard."""
    await publish(office)
    await signed(office, count, **facts)
    return await through(office, await made(office))


async def bank_file(office: Office, batch: Json, failing: int = 0) -> bytes:
    """The bank's answer to the batch's payment file; every `failing`-th line failed."""
    answer = await finance(office).get(f"/v1/batches/{batch['id']}/payment-file")
    assert answer.status_code == 200, answer.text
    return ledgers.bank_return(answer.content, failing)[0]


async def send_back(office: Office, batch: Json, content: bytes) -> httpx.Response:
    return await finance(office).post(
        f"/v1/batches/{batch['id']}/bank-return", files={"file": ("回单.csv", content)}
    )


async def returned(office: Office, batch: Json, failing: int = 0) -> Json:
    """The batch after the bank's return."""
    content = await bank_file(office, batch, failing)
    report = succeeded(await send_back(office, batch, content))
    assert report["rejected"] == []
    return await shown(office, batch)


async def shown(office: Office, batch: Json) -> Json:
    """The batch as it stands now."""
    return succeeded(await province(office).get(f"/v1/batches/{batch['id']}"))


def lines_of(content: bytes) -> list[dict[str, str]]:
    """The lines of a payment file."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def return_file(rows: Sequence[Sequence[str]]) -> bytes:
    """A bank's file as its software writes it."""
    return ledgers.text_csv(("支付编号", "金额(元)", "结果", "失败原因"), rows, "gb18030")
