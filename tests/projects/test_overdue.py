"""The overdue-resettlement ledger over HTTP: import, resettlement, striking off (S9)."""

from typing import Any

import httpx
from sqlalchemy import text

from deploy.demo.ledgers import OVERDUE_COLUMNS, overdue, xlsx
from deploy.demo.world import units
from shared.contracts.projects import (
    OverdueCaseJudged,
    OverdueCaseRegistered,
    OverdueCaseStruckOff,
    OverdueHouseholdsResettled,
)
from shared.domain.roles import Role
from tests.acting import REGION, Json, done, keys, listed, post, province, reasons
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.projects.acts import city, supervisor

ROW = (
    REGION, "回迁小区一期", 20, "未进行竣工验收", "召开联席会议", "2021-12-31",
    "南关区住房和城乡建设局", "欧阳小明", "S9.2d", "2019-05-20", "",
)  # fmt: skip


def row(**changes: Any) -> tuple[Any, ...]:
    """A good row; changes by column title."""
    values = dict(zip(OVERDUE_COLUMNS, ROW, strict=True)) | changes
    return tuple(values[title] for title in OVERDUE_COLUMNS)


async def send(
    client: httpx.AsyncClient, *rows: tuple[Any, ...], partial: bool = False
) -> httpx.Response:
    file = xlsx("棚改逾期未安置项目台账", OVERDUE_COLUMNS, rows)
    return await client.post(
        "/v1/overdue-imports",
        params={"partial": str(partial).lower()},
        files={"file": ("台账.xlsx", file)},
    )


async def cases(office: Office, **params: Any) -> list[Json]:
    return await listed(province(office), "/v1/overdue-cases", **params)


async def registered(office: Office, *rows: tuple[Any, ...]) -> list[Json]:
    answer = await send(province(office), *(rows or (row(),)))
    assert answer.status_code == 201, answer.text
    return await cases(office)


async def test_the_provinces_ledger(open_office: OpenOffice) -> None:
    """S9.3a, S9.3b: good rows become cases, two bad rows come back with column and reason."""
    office = await open_office("projects")
    file = overdue(units())
    sent = {"params": {"partial": "true"}, "files": {"file": ("台账.xlsx", file)}}
    first = await province(office).post("/v1/overdue-imports", **sent)  # type: ignore[arg-type]
    assert first.status_code == 201, first.text
    report = first.json()
    rejected = [(e["row"], e["column"], e["code"]) for e in report["rejected"]]
    assert rejected == [(8, "完成时点", "missing"), (12, "户数", "not-a-number")]
    found = await cases(office)
    assert report["accepted_rows"] == len(found) == 73
    assert {one["state"] for one in found} == {"registered"}
    again = await province(office).post("/v1/overdue-imports", **sent)  # type: ignore[arg-type]
    assert (again.json()["repeated"], len(await cases(office))) == (True, 73)
    told = await office.events()
    assert len(told) == 73
    assert {type(one.event) for one in told} == {OverdueCaseRegistered}
    assert "责任人" not in str([one.event.model_dump() for one in told])


async def test_each_category_has_its_deadline(open_office: OpenOffice) -> None:
    """S9.1a, S9.1b, S9.2, S9.3: the ledger shows what is due when, and what comes first."""
    office = await open_office("projects")
    judged, court, signed = await registered(
        office,
        row(类别="S9.1a", 判决日期="2021-01-15", 项目情况="甲"),
        row(类别="S9.1b", 项目情况="乙", 形成时间=""),
        row(类别="S9.2a", 项目情况="丙", 形成时间="2018-09-30"),
    )
    assert (judged["due_on"], judged["days_left"]) == ("2021-07-15", 105)
    assert (judged["promised_late"], judged["kind"]) == (True, "new")
    assert (court["due_on"], court["judgment_due_on"]) == ("2021-12-31", "2021-06-30")
    assert (court["kind"], court["priority"]) == ("risk", False)
    assert (signed["priority"], signed["kind"]) == (True, "known")
    assert [one["situation"] for one in await cases(office, due_by="2021-07-31")] == ["甲"]
    assert [one["situation"] for one in await cases(office, category="S9.2a")] == ["丙"]


async def test_without_partial_one_bad_row_refuses_the_file(open_office: OpenOffice) -> None:
    """S9.3b: with everything that is wrong between the columns."""
    office = await open_office("projects")
    await registered(office)
    answer = await send(
        city(office),
        row(项目情况="新"),
        row(项目情况="新"),
        row(),
        row(区划代码="220103", 项目情况="邻区"),
        row(类别="S9.1a", 项目情况="判决"),
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "import-rejected")
    rejected = [(e["row"], e["column"], e["code"]) for e in answer.json()["rejected"]]
    assert rejected == [
        (4, "项目情况", "already-registered"),
        (5, "项目情况", "already-registered"),
        (6, "区划代码", "region-outside"),
        (7, "判决日期", "judgment-missing"),
    ]
    assert len(await cases(office)) == 1


async def test_a_judgment_brings_the_deadline_nearer(open_office: OpenOffice) -> None:
    """S9.1b: six months after the judgment, when that is before the year's end."""
    office = await open_office("projects")
    (case,) = await registered(office, row(类别="S9.1b"))
    path = f"/v1/overdue-cases/{case['id']}/judgment"
    body = {"judged_on": "2021-03-30", "document_no": "（2021）吉0102民初12号"}
    future = await post(city(office), path, {**body, "judged_on": "2021-04-02"}, 1)
    assert reasons(future) == [("in-future", "/judged_on", "S9.1b")]
    after = await done(city(office), path, body, 1)
    assert (after["due_on"], after["judgment_due_on"], after["version"]) == ("2021-09-30", None, 2)
    assert isinstance((await office.events())[-1].event, OverdueCaseJudged)
    assert (await post(city(office), path, body, 2)).json()["code"] == "judgment-refused"


def moved_in(case: Json, households: int, **more: Any) -> Json:
    key = {"id": case["id"], "version": case["version"]}
    return {**key, "households": households, "evidence": "钥匙交付清单", **more}


async def test_a_case_is_resettled_step_by_step_and_struck_off(open_office: OpenOffice) -> None:
    """S9.3c, S9.0: the last household closes it, and somebody else strikes it off."""
    office = await open_office("projects")
    (case,) = await registered(office)
    for households, state in ((12, "registered"), (8, "resettled")):
        body = {"items": [moved_in(case, households)]}
        (case,) = (await done(city(office), "/v1/overdue-resettlements", body))["items"]
        assert case["state"] == state
    (shown,) = await cases(office, state="resettled")
    assert (shown["resettled"], shown["remaining"]) == (20, 0)
    body = {"items": keys([case])}
    for own in (
        office.client(Role.SUPERVISOR, subject="clerk", organisation="省督导组"),
        office.client(Role.SUPERVISOR, subject="x", organisation=f"住建局{REGION}"),
        office.client(Role.SUPERVISOR, subject="x", organisation="南关区住房和城乡建设局"),
    ):
        answer = await post(own, "/v1/overdue-verifications", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "verification-refused")
        assert reasons(answer) == [("own-case", "/items/0/id", "S9.0")]
    assert (await post(city(office), "/v1/overdue-verifications", body)).status_code == 403
    (after,) = (await done(supervisor(office), "/v1/overdue-verifications", body))["items"]
    assert after["state"] == "verified"
    events = [one.event for one in (await office.events())[-3:]]
    assert [type(event) for event in events] == [
        OverdueHouseholdsResettled, OverdueHouseholdsResettled, OverdueCaseStruckOff,
    ]  # fmt: skip
    assert [e.model_dump()["remaining"] for e in events[:2]] == [8, 0]


async def test_what_the_supervisor_does_not_accept_goes_back(open_office: OpenOffice) -> None:
    """S9.3c: the households count as left again, with a negative figure in the event."""
    office = await open_office("projects")
    (case,) = await registered(office)
    body = {"items": [moved_in(case, 20)]}
    (case,) = (await done(city(office), "/v1/overdue-resettlements", body))["items"]
    path = f"/v1/overdue-cases/{case['id']}/return"
    opinion = {"opinion": "两户尚未领到钥匙"}
    wrong = await post(supervisor(office), path, {"households": 21, **opinion}, case["version"])
    assert wrong.json()["code"] == "return-refused"
    after = await done(supervisor(office), path, {"households": 2, **opinion}, case["version"])
    assert (after["state"], after["remaining"]) == ("registered", 2)
    event = (await office.events())[-1].event
    assert isinstance(event, OverdueHouseholdsResettled)
    assert (event.households, event.remaining) == (-2, 2)


async def test_resettlement_that_cannot_be_is_refused(open_office: OpenOffice) -> None:
    """S9.1d, S9.3c: too many households, money without consent, a case struck off."""
    office = await open_office("projects")
    first, second = await registered(office, row(), row(项目情况="二期"))
    body = {"items": [moved_in(first, 21), moved_in(second, 5, mode="money")]}
    answer = await post(city(office), "/v1/overdue-resettlements", body)
    assert reasons(answer) == [
        ("above-remaining", "/items/0/households", "S9.3c"),
        ("consent-missing", "/items/1/consent_document", "S9.1d"),
    ]
    stale = {"items": [moved_in({**first, "version": 7}, 1)]}
    assert (await post(city(office), "/v1/overdue-resettlements", stale)).status_code == 412
    assert [one["resettled"] for one in await cases(office)] == [0, 0]


async def test_the_responsible_person_is_masked(open_office: OpenOffice) -> None:
    """S9.3b, PIPL.51: the name is sealed; who needs it states why and leaves a trace."""
    office = await open_office("projects")
    (case,) = await registered(office)
    assert case["responsible_person"] == "欧阳*明"
    path = f"/v1/overdue-cases/{case['id']}"
    assert (await city(office).get(path)).json()["responsible_person"] == "欧阳*明"
    assert (await city(office, "220103").get(path)).status_code == 404
    purpose = {"purpose": "电话核实"}
    stranger = await post(city(office, "220103"), f"{path}/unmaskings", purpose)
    assert stranger.status_code == 404
    plain = await done(supervisor(office), f"{path}/unmaskings", purpose)
    assert plain == {"responsible_person": "欧阳小明"}
    async with office.sessions() as session:
        trail = (await session.execute(text("SELECT action, reason FROM audit_log"))).all()
        kept = (await session.execute(text("SELECT responsible_person FROM overdue_case"))).scalar()
        told = (await session.execute(text("SELECT string_agg(data, '') FROM outbox"))).scalar()
    assert ("unmask", "电话核实") in trail
    assert "小明".encode() not in bytes(kept or b"")
    assert "小明" not in str(told)
