"""Single objects of the services beside applications: a create and a transition of each.

Supervision has no command that creates a single object, so two of its transitions stand here.
"""

import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from bench.households import id_number
from services.expropriation.contract.models import OWNER_ID_NO, OWNER_NAME, PHONE
from services.projects.overdue.models import PERSON
from shared.db.engine import as_json
from shared.db.model import new_id
from shared.domain.regions import UNITS

DISTRICT, CITY, PROVINCE = "220102", "220100", "220000"
WIDTH = 16
"""Requests at a time. Standards of one unit have to follow each other: one unit a place."""
PROGRAMMES = 64
"""Signings of one programme wait for each other, as their numbers have no gaps."""


@dataclass(frozen=True, slots=True)
class Route:
    """One command on one object. `fill` makes that many objects that it may be carried out on.

    `path` and `body` are of the n-th request; `done` counts what has been carried out.
    """

    service: str
    label: str
    creates: bool
    role: str
    fill: Callable[[str, int], Awaitable[list[UUID]]]
    path: Callable[[UUID], str]
    body: Callable[[UUID, int], dict[str, Any] | None]
    done: str
    region: Callable[[int], str] = lambda _: CITY
    by_version: bool = False
    """The version stands in If-Match; in a list it stands in the body."""
    in_order: bool = False
    """A request waits for the answer to that which stands `WIDTH` places before it."""


async def _copy(url: str, table: str, rows: Sequence[dict[str, Any]]) -> list[UUID]:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SELECT set_config('app.reach', '{(,)}', false)")
        records = [tuple(row.values()) for row in rows]
        await connection.copy_records_to_table(table, records=records, columns=list(rows[0]))
        await connection.execute(f"VACUUM ANALYZE {table}")
    finally:
        await connection.close()
    return [row["id"] for row in rows]


def _head(state: str, region: str) -> dict[str, Any]:
    return {
        "id": new_id(),
        "region": region,
        "state": state,
        "version": 1,
        "created_on": date(2026, 4, 1),
        "updated_at": datetime.now(UTC),
    }


async def _nothing(url: str, count: int) -> list[UUID]:
    return [uuid.uuid4()]  # no request names it


async def _grants(url: str, count: int) -> list[UUID]:
    rows = [
        {
            **_head("signed", DISTRICT),
            "application_id": new_id(),
            "household_key": f"{n:064x}",
            "categories": as_json(["C13"]),
            "tier": "minimum",
            "household_size": 3,
            "own_area_sqm": Decimal("21.50"),
            "approved_on": date(2026, 4, 1),
            "hold": "",
            "monthly_fen": 18_000,
            "amounts": 0,
            "agreement_no": f"BT-{n}",
            "signed_on": date(2026, 4, 2),
            "first_month": "2026-05",
            "stop_code": "",
            "stop_reason": "",
        }
        for n in range(count)
    ]
    return await _copy(url, "subsidy_grant", rows)


async def _cases(url: str, count: int) -> list[UUID]:
    heads = [_head("registered", DISTRICT) for _ in range(count)]
    rows = [
        {
            **head,
            "case_no": f"YQ-{n}",
            "situation": f"第 {n} 片区回迁楼",
            "households": 120,
            "problem": "开发企业与施工单位诉讼未决，楼栋查封",
            "measure": "督促审结后复工续建",
            "promised_on": date(2026, 12, 31),
            "responsible_unit": "区住房和城乡建设局",
            "responsible_person": PERSON.seal(head["id"], "张小明"),
            "category": "S9.1b",
            "formed_on": date(2017, 6, 1),
            "due_on": date(2026, 12, 31),
            "resettled": 0,
        }
        for n, head in enumerate(heads)
    ]
    return await _copy(url, "overdue_case", rows)


async def _programmes(url: str, count: int) -> list[UUID]:
    today = datetime.now(UTC).date()
    tier = {"from_day": 1, "to_day": 60, "kind": "fixed", "value": "30000.00", "cap_fen": None}
    rows = [
        {
            **_head("signing", DISTRICT),
            "programme_no": str(uuid.uuid4()),
            "project_id": new_id(),
            "project_no": f"P-{n}",
            "households": count,
            "starts_on": today - timedelta(10),
            "ends_on": today + timedelta(49),
            "tiers": as_json([tier]),
            "unit_price_fen": 520_000,
            "moving_fee_fen": 150_000,
            "transition_fee_fen": 1000,
            "transition_months": 24,
            "pay_within_days": 30,
            "funds_confirmed_doc": "专户存款证明",
            "last_signing_no": 0,
            "last_moving_no": 0,
        }
        for n in range(PROGRAMMES)
    ]
    return await _copy(url, "programme", rows)


async def _contracts(url: str, count: int) -> list[UUID]:
    programmes = await _programmes(url, count)
    step = {"code": "house", "label": "房屋补偿", "working": "42.50×5200.00", "fen": 22_100_000}
    heads = [_head("drafted", DISTRICT) for _ in range(count)]
    rows = [
        {
            **head,
            "programme_id": programmes[n % PROGRAMMES],
            "project_id": new_id(),
            "property_no": f"{DISTRICT}-{n}",
            "owner_name": OWNER_NAME.seal(head["id"], "张小明"),
            "owner_id_no": OWNER_ID_NO.seal(head["id"], "11010519491231002X"),
            "phone": PHONE.seal(head["id"], "13912345678"),
            "area_sqm": Decimal("42.50"),
            "mode": "money",
            "compensation_fen": 22_100_000,
            "steps": as_json([step]),
        }
        for n, head in enumerate(heads)
    ]
    return await _copy(url, "contract", rows)


async def _alerts(url: str, count: int) -> list[UUID]:
    rows = [
        {
            **_head("open", CITY),
            "code": "START_RISK",
            "object_id": str(uuid.uuid4()),
            "object_label": f"第 {n} 片区棚户区改造项目",
            "period": "2026",
            "level": "blue",
            "clause": "S6.3",
            "opened_on": date(2026, 4, 1),
            "due_on": date(2026, 6, 30),
            "reason": "",
        }
        for n in range(count)
    ]
    return await _copy(url, "alert", rows)


def _standard(_: UUID, n: int) -> dict[str, Any]:
    month = n // WIDTH
    return {
        "region": UNITS[n % WIDTH],
        "effective_from": f"{2020 + month // 12}-{month % 12 + 1:02d}-01",
        "document_no": "长政办发〔2020〕11号",
        "per_capita_sqm": "15.00",
        "household_cap_sqm": "60.00",
        "unit_price_yuan": "7.00",
        "coefficients": {"minimum": "1.0", "low": "0.8", "middle": "0.5"},
        "counted_persons": [{"size": 1, "persons": "2.0"}],
    }


def _stop(_: UUID, n: int) -> dict[str, Any]:
    return {
        "reason_code": "home-obtained",
        "opinion": "经核查，家庭已购买住房。",
        "changed_on": "2026-06-21",
    }


def _survey(_: UUID, n: int) -> dict[str, Any]:
    site = {
        "region": DISTRICT,
        "name": "南关区新华片区棚户区改造项目",
        "address": "南关区新华街道",
        "parcel_no": f"{DISTRICT}-{n}",
        "site_kind": "shantytown",
        "nature": "renovation",
        "location_kind": "old-town",
        "households": 120,
        "area_sqm": "8200.00",
        "contiguous": True,
        "buildings": [{"name": "2号楼", "kind": "apartment", "built_year": 1968}],
    }
    return {"items": [site]}


def _judgment(_: UUID, n: int) -> dict[str, Any]:
    return {"judged_on": "2026-05-12", "document_no": f"（2026）吉0102民初{n}号"}


def _draft(programme: UUID, n: int) -> dict[str, Any]:
    item = {
        "property_no": f"{DISTRICT}-{n}",
        "owner_name": "张小明",
        "owner_id_no": id_number(n),
        "phone": "13912345678",
        "area_sqm": "42.50",
        "mode": "money",
    }
    return {"programme_id": str(programme), "items": [item]}


def _signing(id: UUID, n: int) -> dict[str, Any]:
    item = {
        "id": str(id),
        "version": 1,
        "document_digest": f"{n:064x}",
        "owner_certificate": "CERT-OWNER-2026",
        "office_certificate": "CERT-OFFICE-2026",
    }
    return {"items": [item]}


ROUTES = (
    Route(
        "subsidy",
        "公布补贴标准",
        True,
        "city",
        _nothing,
        lambda _: "/v1/standards",
        _standard,
        "SELECT count(*) FROM standard",
        region=lambda n: UNITS[n % WIDTH],
        in_order=True,
    ),
    Route(
        "subsidy",
        "停发补贴",
        False,
        "city",
        _grants,
        lambda id: f"/v1/grants/{id}/stop",
        _stop,
        "SELECT count(*) FROM subsidy_grant WHERE state = 'stopped'",
        by_version=True,
    ),
    Route(
        "projects",
        "登记调查摸底结果（一个地块）",
        True,
        "city",
        _nothing,
        lambda _: "/v1/surveys",
        _survey,
        "SELECT count(*) FROM building",
    ),
    Route(
        "projects",
        "登记判决",
        False,
        "city",
        _cases,
        lambda id: f"/v1/overdue-cases/{id}/judgment",
        _judgment,
        "SELECT count(*) FROM overdue_case WHERE version = 2",
        by_version=True,
    ),
    Route(
        "expropriation",
        "登记分户补偿（一户）",
        True,
        "expropriation",
        _programmes,
        lambda _: "/v1/contract-drafts",
        _draft,
        "SELECT count(*) FROM contract WHERE project_id IN (SELECT project_id FROM programme)",
        region=lambda _: DISTRICT,
    ),
    Route(
        "expropriation",
        "网上签约（一户）",
        False,
        "expropriation",
        _contracts,
        lambda _: "/v1/contract-signings",
        _signing,
        "SELECT count(*) FROM contract WHERE signing_no > 0",
        region=lambda _: DISTRICT,
    ),
    Route(
        "supervision",
        "签收预警",
        False,
        "city",
        _alerts,
        lambda id: f"/v1/alerts/{id}/acknowledgement",
        lambda _, n: None,
        "SELECT count(*) FROM alert WHERE state = 'acknowledged'",
        by_version=True,
    ),
    Route(
        "supervision",
        "豁免预警",
        False,
        "supervisor",
        _alerts,
        lambda id: f"/v1/alerts/{id}/waiver",
        lambda _, n: {"reason": "项目调整，已报省安居办同意"},
        "SELECT count(*) FROM alert WHERE state = 'waived'",
        region=lambda _: PROVINCE,
        by_version=True,
    ),
)
