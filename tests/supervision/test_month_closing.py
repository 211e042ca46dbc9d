"""S11.1, S11.2: a month is closed once; nothing published changes, late facts are restated."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import text

from deploy.demo import books
from deploy.demo.ledgers import targets
from deploy.demo.world import units
from services.supervision.bulletin.commands import close_month
from services.supervision.bulletin.schemas import MonthClosing
from services.supervision.facts.recount import CounterMismatch
from shared.contracts.base import Event
from shared.contracts.projects import OverdueHouseholdsResettled, ProjectProgressed
from shared.contracts.received_event import ReceivedEvent
from shared.contracts.supervision import BulletinIssued, ReportStateChanged
from shared.db.model import new_id
from shared.domain.regions import UNITS
from shared.domain.roles import Role
from tests.acting import Json, keyed, listed
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.supervision.acts import (
    close,
    overdue,
    paid,
    planned,
    said,
    send_table,
    started,
    table,
    tell,
)

APRIL, MAY = "2021-04", "2021-05"
TASKS = {
    "220100": (1000, 100, 20, 5000),
    "220200": (500, 50, 10, 2500),
    "220182": (200, 20, 5, 900),
}
RIGHT_DAY = date(2021, 5, 6)


def month_of_work() -> list[Event]:
    """What five services tell of April."""
    found: list[Event] = [started("220102", 300), started("220202", 250), started("220182", 90)]
    found += [paid("220102", 31500 + n) for n in range(5)]
    found += [overdue(new_id(), "2021-12-31", "220102"), planned(new_id(), "2021-04-28")]
    found += [said(OverdueHouseholdsResettled, region="220103", households=10, remaining=30)]
    found += [said(ProjectProgressed, region="220102", month=APRIL, completed_units=7)]
    return found


async def ready(open_office: OpenOffice, batch: Sequence[ReceivedEvent] = ()) -> Office:
    """The morning of 6 May, before the month is closed."""
    office = await open_office("supervision")
    await send_table(office, table(TASKS))
    await office.run_jobs("open-reports")
    if batch:
        await office.deliver(batch)
    else:
        await tell(office, *month_of_work())
    office.clock.move_to(RIGHT_DAY)
    await office.run_jobs()
    return office


async def read(office: Office, path: str, region: str = "220000") -> Json:
    answer = await office.client(Role.AUDITOR, region=region).get(path)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def test_a_closed_month_is_numbered_sealed_and_told(open_office: OpenOffice) -> None:
    """S11.1: the first bulletin is that of April 2021; its digest is the hash of its content."""
    office = await ready(open_office)
    answer = await close(office, APRIL, "2021-05-06")
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["number"], made["document_no"]) == (1, "月通报〔2021〕第1期")
    assert (made["state"], made["version"], made["actions"]) == ("issued", 1, [])
    assert made["positions"] == {"applications": 0, "expropriation": 0, "projects": 7, "subsidy": 5}
    province = office.client(Role.PROVINCE, region="220000")
    content = (await province.get(f"/v1/bulletins/{APRIL}/content")).content
    assert hashlib.sha256(content).hexdigest() == made["digest"]
    told = [one for one in await office.events() if isinstance(one.event, BulletinIssued)]
    assert [(str(t.subject), t.version) for t in told] == [(made["id"], 1)]
    assert told[0].event == BulletinIssued(
        region="220000",
        bulletin_id=made["id"],
        on=RIGHT_DAY,
        month=APRIL,
        number=1,
        digest=made["digest"],
    )
    assert [b["month"] for b in await listed(province, "/v1/bulletins")] == [APRIL]


async def test_a_month_is_closed_once_and_in_turn(open_office: OpenOffice) -> None:
    """S11.1."""
    office = await ready(open_office)
    early = await close(office, MAY, "2021-05-31")
    assert (early.status_code, early.json()["code"]) == (422, "closing-refused")
    assert [e["pointer"] for e in early.json()["errors"]] == ["/month", "/issued_on"]
    office.clock.move_to(date(2021, 6, 3))
    ahead = await close(office, MAY, "2021-06-03")
    assert (ahead.status_code, ahead.json()["code"]) == (409, "earlier-month-open")
    assert (await close(office, APRIL, "2021-06-03")).status_code == 201
    again = await close(office, APRIL, "2021-06-03")
    assert (again.status_code, again.json()["code"]) == (409, "month-closed")
    second = await close(office, MAY, "2021-06-03")
    assert (second.status_code, second.json()["number"]) == (201, 2)


async def test_two_closings_at_once_make_one_bulletin(open_office: OpenOffice) -> None:
    office = await ready(open_office)
    answers = await asyncio.gather(*(close(office, APRIL, "2021-05-06") for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


async def test_only_the_province_closes_and_the_same_key_answers_the_same(
    open_office: OpenOffice,
) -> None:
    office = await ready(open_office)
    body = {"month": APRIL, "issued_on": "2021-05-06"}
    city = office.client(Role.CITY, region="220100")
    refused = await city.post("/v1/month-closings", json=body, headers=keyed())
    assert (refused.status_code, refused.json()["code"]) == (403, "role-required")
    province = office.client(Role.PROVINCE, region="220000")
    bare = await province.post("/v1/month-closings", json=body)
    assert (bare.status_code, bare.json()["code"]) == (400, "key-required")
    headers = keyed()
    first = await province.post("/v1/month-closings", json=body, headers=headers)
    again = await province.post("/v1/month-closings", json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"


async def test_the_ranking_is_open_down_to_the_events(open_office: OpenOffice) -> None:
    """S6.6: place, score, components, figures, and the events that add up to them."""
    office = await ready(open_office)
    assert (await close(office, APRIL, "2021-05-06")).status_code == 201
    ranking = await read(office, f"/v1/rankings/{APRIL}", "220182")
    assert len(ranking["items"]) == len(UNITS)
    first = ranking["items"][0]
    assert (first["unit"], first["place"], first["score"]) == ("220100", 1, "57.36")
    assert (first["task_norm"], first["start_progress"]) == ("1.0000", "0.3000")
    assert {p["code"]: p["share"] for p in first["parts"]} == {
        "completion": "0.0070",
        "investment": "0.0640",
        "funds-use": "0.7500",
        "overdue-clearance": "0.2500",
    }
    assert first["composite"] == "0.2678"
    assert ranking["weights"]["task"] == "0.4"
    assert ranking["totals"]["subsidy-paid-fen"] == str(5 * 31500 + 10)
    assert ranking["totals"]["contracts-paid-fen"] == "0"
    unit = await read(office, f"/v1/rankings/{APRIL}/220100", "220182")
    assert unit["score"] == first["score"]
    city = office.client(Role.CITY, region="220100")
    for figure in unit["figures"]:
        params = {"indicator": figure["indicator"], "limit": 2}
        path = f"/v1/rankings/{APRIL}/220100/facts"
        facts = await listed(city, path, **params)
        amounts = [Decimal(fact["amount"]) for fact in facts]
        if figure["indicator"] == "subsidy-households":
            assert len(facts) == int(figure["total"]) == 5
        else:
            assert sum(amounts) == Decimal(figure["total"]), figure
    elsewhere = office.client(Role.CITY, region="220200")
    hidden = await listed(elsewhere, path, indicator="started-units")
    assert hidden == []


async def test_another_program_computes_the_same_ranking_from_the_events(
    open_office: OpenOffice,
) -> None:
    """S6.6: whoever holds the events gets every score and place again."""
    office = await open_office("supervision")
    await send_table(office, targets(units()))
    batch = await tell(office, *month_of_work())
    office.clock.move_to(RIGHT_DAY)
    assert (await close(office, APRIL, "2021-05-06")).status_code == 201
    ranking = await read(office, f"/v1/rankings/{APRIL}")
    events = [
        {"type": one.type, "data": one.event.model_dump(mode="json")}
        for one in (*await office.events(), *batch)
    ]
    assert books.same_ranking(events, ranking["items"]).good
    assert books.totals(ranking)["subsidy-paid-fen"] == 5 * 31500 + 10


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/rankings/2021-05", 404, "month-not-closed"),
        ("/v1/bulletins/2021-05", 404, "month-not-closed"),
        ("/v1/bulletins/2021-05/document", 404, "month-not-closed"),
        ("/v1/rankings/2021-05/220100/facts?indicator=started-units", 404, "month-not-closed"),
        ("/v1/rankings/2021-04/220102", 404, "not-a-reporting-unit"),
        ("/v1/rankings/2021-04/220100/facts?indicator=x", 422, "unknown-indicator"),
        ("/v1/rankings/2021-13", 422, "fields-invalid"),
        ("/v1/bulletins/2021-04/document?format=exe", 422, "fields-invalid"),
    ],
)
async def test_what_is_not_there_is_said(
    path: str, status: int, code: str, open_office: OpenOffice
) -> None:
    office = await open_office("supervision")
    answer = await office.client(Role.AUDITOR, region="220000").get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_the_bulletin_names_who_did_not_report_who_was_late_and_who_differs(
    open_office: OpenOffice,
) -> None:
    """S11.1, S11.2: missing and late units are named, changed figures stand beside the counted."""
    office = await ready(open_office)
    province = office.client(Role.PROVINCE, region="220000")

    async def submit(unit: str, **more: object) -> None:
        found = await listed(province, "/v1/reports", month=APRIL)
        version = next(one["version"] for one in found if one["unit"] == unit)
        body = {"month": APRIL, "items": [{"unit": unit, "version": version, **more}]}
        city = office.client(Role.CITY, region=unit)
        assert (await city.post("/v1/report-submissions", json=body)).status_code == 200

    change = {"indicator": "started-units", "value": "310", "reason": "一栋楼4月30日开工"}
    await submit("220100", changes=[change])
    office.clock.move_to(date(2021, 5, 7))
    await submit("220200")
    found = {one["unit"]: one for one in await listed(province, "/v1/reports", month=APRIL)}
    item = {"unit": "220100", "version": found["220100"]["version"], "verdict": "accept"}
    body = {"month": APRIL, "items": [item]}
    assert (await province.post("/v1/report-decisions", json=body)).status_code == 200
    await office.run_jobs("raise-alerts")
    assert (await close(office, APRIL, "2021-05-07")).status_code == 201
    document = (await read(office, f"/v1/bulletins/{APRIL}"))["document"]
    assert len(document["missing_reports"]) == len(UNITS) - 2
    assert "逾期报送的单位有：吉林市。" in document["opening"]
    said_of = [line for line in document["method"] if "长春市说明" in line]
    assert said_of == [
        "长春市说明：“新开工”本月系统汇总300套，单位报告310套。原因：一栋楼4月30日开工。"
    ]
    assert [topic["title"] for topic in document["topics"]] == [
        "棚户区改造",
        "房屋征收",
        "棚改资金筹集",
        "解决棚改逾期未安置问题整改",
        "住房保障",
    ]
    kinds = {row[1] for row in document["alerts"]["rows"]}
    assert kinds == {
        "月报告逾期未报送",
        "项目超过计划开工时间尚未开工",
        "租赁补贴任务进度滞后",
    }
    states = {
        one["unit"]: one["state"] for one in await listed(province, "/v1/reports", month=APRIL)
    }
    assert (states["220100"], states["220200"]) == ("frozen", "submitted")
    frozen = [
        one.event.region
        for one in await office.events()
        if isinstance(one.event, ReportStateChanged) and one.event.state == "frozen"
    ]
    assert frozen == ["220100"]


async def test_a_late_fact_changes_nothing_published_and_is_restated_in_the_next(
    open_office: OpenOffice,
) -> None:
    """S11.2: published figures stand; the next bulletin says what they would be now."""
    office = await ready(open_office)
    assert (await close(office, APRIL, "2021-05-06")).status_code == 201
    province = office.client(Role.PROVINCE, region="220000")
    path = f"/v1/bulletins/{APRIL}/document"
    before = [(await province.get(path, params={"format": f})).content for f in ("json", "csv")]
    ranking = await read(office, f"/v1/rankings/{APRIL}")
    home = str(new_id())
    await tell(
        office,
        paid("220102", 40000, "2021-04-30", grant_id=home),
        started("220202", 20, "2021-04-30"),
        started("220202", 30, "2021-05-20"),
    )
    await send_table(office, table({"220100": (2000, 100, 20, 5000)}))
    after = [(await province.get(path, params={"format": f})).content for f in ("json", "csv")]
    assert after == before
    assert await read(office, f"/v1/rankings/{APRIL}") == ranking
    behind = f"/v1/rankings/{APRIL}/220200/facts"
    assert [f["amount"] for f in await listed(province, behind, indicator="started-units")] == [
        "250"
    ]

    office.clock.move_to(date(2021, 6, 3))
    assert (await close(office, MAY, "2021-06-03")).status_code == 201
    document = (await read(office, f"/v1/bulletins/{MAY}"))["document"]
    restated = {
        (r["unit_name"], r["label"]): (r["published"], r["restated"])
        for r in document["restatements"]
    }
    assert {r["month"] for r in document["restatements"]} == {"2021年4月"}
    assert restated[("吉林市", "新开工（套）")] == ("250", "270")
    assert restated[("长春市", "发放租赁补贴金额（万元）")] == ("0.16", "0.20")
    assert restated[("长春市", "领取租赁补贴家庭（户）")] == ("5", "6")
    may = await read(office, f"/v1/rankings/{MAY}/220200")
    started_units = next(f for f in may["figures"] if f["indicator"] == "started-units")
    assert (started_units["month"], started_units["total"]) == ("30", "300")

    await tell(office, started("220202", 5, "2021-04-29"))
    office.clock.move_to(date(2021, 7, 5))
    assert (await close(office, "2021-06", "2021-07-05")).status_code == 201
    document = (await read(office, "/v1/bulletins/2021-06"))["document"]
    assert [
        (r["month"], r["published"], r["restated"])
        for r in document["restatements"]
        if r["label"] == "新开工（套）"
    ] == [("2021年4月", "270", "275")]


@pytest.mark.parametrize("seed", [1, 2])
async def test_the_same_events_in_any_order_give_the_same_bytes(
    seed: int, open_office: OpenOffice
) -> None:
    """S6.6, S11.2: two runs over the same events agree on digest, ranking and printed files."""
    first = await open_office("supervision")
    batch = [first.received(event, new_id()) for event in month_of_work()]
    shuffled = list(batch)
    Random(seed).shuffle(shuffled)
    runs = []
    for events in (batch, shuffled):
        office = await ready(open_office, events)
        made = (await close(office, APRIL, "2021-05-06")).json()
        province = office.client(Role.PROVINCE, region="220000")
        files = [
            (await province.get(f"/v1/bulletins/{APRIL}/document", params={"format": form})).content
            for form in ("json", "html", "xlsx")
        ]
        runs.append((made["digest"], await read(office, f"/v1/rankings/{APRIL}"), files))
    assert runs[0] == runs[1]


async def test_a_fact_that_comes_while_a_month_is_closed_waits_and_is_late(
    open_office: OpenOffice,
) -> None:
    """S11.2: a fact is counted or late, never both and never neither."""
    office = await ready(open_office)
    call = await office.call()
    await close_month(call, MonthClosing(month=APRIL, issued_on=RIGHT_DAY))
    await call.write()
    arriving = asyncio.create_task(tell(office, started("220202", 20, "2021-04-30")))
    _, waiting = await asyncio.wait([arriving], timeout=0.5)
    assert waiting == {arriving}
    await call.session.commit()
    await arriving
    query = text("SELECT amount, after_month FROM fact WHERE unit = '220200' ORDER BY amount")
    async with office.sessions() as session:
        rows = await session.execute(query)
        assert [(int(amount), after) for amount, after in rows if amount > 1] == [
            (20, APRIL),
            (250, ""),
            (250, ""),
        ]
    ranking = await read(office, f"/v1/rankings/{APRIL}")
    second = next(row for row in ranking["items"] if row["unit"] == "220200")
    assert second["started_units"] == "250"


async def test_nothing_is_published_from_counters_that_are_wrong(open_office: OpenOffice) -> None:
    office = await ready(open_office)
    async with office.sessions() as session, session.begin():
        await session.execute(
            text("UPDATE fact_counter SET amount = amount + 1 WHERE unit = '220200'")
        )
    call = await office.call()
    with pytest.raises(CounterMismatch):
        await close_month(call, MonthClosing(month=APRIL, issued_on=RIGHT_DAY))
