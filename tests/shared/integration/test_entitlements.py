"""Entitlements: who gives them, what stands in the trail, what they open and when they end."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from shared.commands.audit import audit_log
from shared.domain.roles import Role
from tests.acting import as_seen, keyed
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.shared.desk.events import LetterMoved, LetterReceived
from tests.shared.desk.spec import DESK
from tests.shared.post import move_letters, write_letters
from tests.waiting import until

RECEIVED, MOVED = LetterReceived.event_type(), LetterMoved.event_type()


@pytest.fixture
async def office(open_office: OpenOffice) -> Office:
    """Letters of two districts: 1 to 3 received in 220102, 4 moved there, 5 received in 220202."""
    office = await open_office(DESK)
    first = (await write_letters(office, 3))[0]
    await move_letters(office, [first], "answer", "answered")
    await write_letters(office, 1, region="220202")
    await office.number()
    return office


def province(office: Office) -> httpx.AsyncClient:
    return office.client(Role.PROVINCE, region="220000", subject="lin", organisation="安居办")


def bureau(office: Office, region: str = "220000", subject: str = "bureau") -> httpx.AsyncClient:
    return office.client(Role.INTEGRATOR, region=region, subject=subject)


async def entitle(office: Office, **changes: Any) -> httpx.Response:
    body = {"client": "bureau", "region": "220100", "types": [RECEIVED], "purpose": "月度统计"}
    return await province(office).post("/v1/entitlements", json=body | changes, headers=keyed())


async def revoke(office: Office, given: httpx.Response, version: int = 1) -> httpx.Response:
    path = f"/v1/entitlements/{given.json()['id']}/revocation"
    body = {"reason": "协议到期"}
    return await province(office).post(path, json=body, headers=as_seen(version))


async def positions(reader: httpx.AsyncClient) -> list[int]:
    answer = await reader.get("/v1/events")
    assert answer.status_code == 200, answer.text
    return [int(event["sequence"]) for event in answer.json()]


async def test_entitlements_add_up_and_end_one_by_one(office: Office) -> None:
    reader = bureau(office)
    first = await entitle(office)
    assert (first.status_code, first.json()["actions"]) == (201, ["revoke"])
    assert await positions(reader) == [1, 2, 3]
    second = await entitle(office, region="220202", types=[RECEIVED, MOVED])
    third = await entitle(office, region="220102", types=[MOVED])
    assert await positions(reader) == [1, 2, 3, 4, 5]
    assert (await revoke(office, first)).status_code == 200
    assert await positions(reader) == [4, 5]
    assert (await revoke(office, third)).status_code == 200
    assert await positions(reader) == [5]
    assert (await revoke(office, second)).status_code == 200
    refused = await reader.get("/v1/events")
    assert (refused.status_code, refused.json()["code"]) == (403, "not-entitled")


async def test_an_entitlement_is_its_clients_and_within_its_tokens_reach(office: Office) -> None:
    await entitle(office, region="220000", types=["*"])
    assert await positions(bureau(office)) == [1, 2, 3, 4, 5]
    assert (await bureau(office, subject="other").get("/v1/events")).status_code == 403
    assert (await bureau(office, region="220100").get("/v1/events")).status_code == 403
    await entitle(office, region="220102", types=["*"])
    assert await positions(bureau(office, region="220100")) == [1, 2, 3, 4]


async def test_who_waits_while_the_entitlement_is_revoked_gets_nothing(office: Office) -> None:
    given = await entitle(office, types=["*"])
    query = {"after": 5, "wait": 30}
    waiting = asyncio.create_task(bureau(office).get("/v1/events", params=query))
    await until(lambda: office.app.state.head_watch.waiting == 1)
    assert (await revoke(office, given)).status_code == 200
    await write_letters(office, 1)
    await office.number()
    assert (await waiting).status_code == 403


async def test_the_trail_says_who_when_what_and_for_which_purpose(office: Office) -> None:
    """PIPL.51: access to data is given and taken by somebody, for a purpose."""
    given = await entitle(office)
    await revoke(office, given)
    rows = select(audit_log).where(audit_log.c.object_type == "events.entitlement")
    async with office.sessions() as session:
        found = (await session.execute(rows.order_by(audit_log.c.id))).all()
    assert [(row.action, row.actor_sub, row.object_region, row.reason) for row in found] == [
        ("entitle", "lin", "220100", f"bureau：{RECEIVED}；月度统计"),
        ("revoke", "lin", "220100", "协议到期"),
    ]
    assert {row.at for row in found} == {office.clock.now()}


async def test_entitlements_are_listed_and_paged_for_those_who_answer_for_them(
    office: Office,
) -> None:
    ids = [(await entitle(office)).json()["id"] for _ in range(3)]
    await entitle(office, client="other")
    auditor = office.client(Role.AUDITOR, region="220000")
    query: dict[str, str | int] = {"client": "bureau", "state": "active", "limit": 2}
    first = (await auditor.get("/v1/entitlements", params=query)).json()
    rest = {**query, "cursor": first["next"]}
    second = (await auditor.get("/v1/entitlements", params=rest)).json()
    shown = [item["id"] for item in first["items"] + second["items"]]
    assert (shown, second["next"]) == (ids[::-1], None)
    assert (await bureau(office).get("/v1/entitlements")).status_code == 403


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"types": ["cn.gov.jl.housing.subsidy.payment-paid.v1"]}, 422, "types-unknown"),
        ({"types": []}, 422, "fields-invalid"),
        ({"types": ["letter%"]}, 422, "fields-invalid"),
        ({"region": "220381"}, 422, "region-not-in-force"),
        ({"region": "330100"}, 422, "unknown-region"),
        ({"client": "a b"}, 422, "fields-invalid"),
        ({"purpose": " "}, 422, "fields-invalid"),
    ],
)
async def test_what_cannot_be_given_is_refused(
    office: Office, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = await entitle(office, **changes)
    assert answer.status_code == status, answer.text
    assert answer.json()["code"] == code, answer.text


async def test_an_entitlement_is_revoked_once_and_as_it_was_seen(office: Office) -> None:
    given = await entitle(office)
    assert (await revoke(office, given, version=2)).status_code == 412
    assert (await revoke(office, given)).status_code == 200
    assert (await revoke(office, given, version=2)).status_code == 409
