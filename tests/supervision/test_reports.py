"""S11.1: 49 monthly reports, prefilled from the facts; changed figures need a reason each."""

from datetime import date
from decimal import Decimal

import httpx
import pytest

from services.supervision.report.rules import (
    REPORTED,
    Change,
    change_refusals,
    due_on,
    is_late,
    may_submit,
)
from shared.contracts.supervision import ReportStateChanged
from shared.domain.regions import UNITS
from shared.domain.roles import Role
from tests.acting import Json, listed
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.supervision.acts import paid, started, tell

APRIL = "2021-04"


def test_a_due_day_on_a_holiday_moves_to_the_next_working_day() -> None:
    """S11.1, CC.203: 5 May 2021 is in the Labour Day holiday, 5 July is a Monday."""
    assert due_on(APRIL) == date(2021, 5, 6)
    assert due_on("2021-06") == date(2021, 7, 5)
    assert not is_late(APRIL, date(2021, 5, 6))
    assert is_late(APRIL, date(2021, 5, 7))


@pytest.mark.parametrize(
    ("month", "on", "may"),
    [
        (APRIL, date(2021, 4, 29), False),
        (APRIL, date(2021, 4, 30), True),
        ("2021-03", date(2021, 4, 30), False),
    ],
)
def test_reports_begin_with_april_and_on_its_last_day(month: str, on: date, may: bool) -> None:
    """S11.1: 从4月份起."""
    assert may_submit(month, on) is may


def test_every_reason_against_a_change_is_told() -> None:
    """S11.2: four topics; a change needs a reason, a count, a known indicator, and must fit."""
    figures = {code: ["0", "0"] for code in REPORTED} | {
        "started-units": ["100", "300"],
        "started-on-time-units": ["100", "300"],
    }
    good = Change("started-units", Decimal(120), "补报一个项目")
    assert change_refusals(figures, [good], "/items/0") == []
    bad = [
        Change("started-units", Decimal(90), ""),
        Change("started-units", Decimal("1.5"), "更正"),
        Change("objections-raised", Decimal(1), "更正"),
    ]
    found = change_refusals(figures, bad, "/items/0")
    assert [(reason.code, reason.pointer) for reason in found] == [
        ("reason-missing", "/items/0/changes/0/reason"),
        ("changed-twice", "/items/0/changes/1/indicator"),
        ("not-a-count", "/items/0/changes/1/value"),
        ("unknown-indicator", "/items/0/changes/2/indicator"),
        ("figures-contradict", "/items/0/changes"),
    ]


async def opened(open_office: OpenOffice) -> Office:
    """The morning of 6 May: April's facts are in, the reports are prefilled."""
    office = await open_office("supervision")
    await office.run_jobs("open-reports")
    await tell(office, started("220102", 150), paid("220102", 31500), started("220202", 80))
    office.clock.move_to(date(2021, 5, 6))
    await office.run_jobs("open-reports")
    return office


async def report_of(office: Office, unit: str, month: str = APRIL) -> Json:
    client = office.client(Role.PROVINCE, region="220000")
    found = await listed(client, "/v1/reports", month=month, limit=200)
    return next(one for one in found if one["unit"] == unit)


async def submit(
    office: Office, unit: str, *, by: str = "", version: int = 0, **more: object
) -> httpx.Response:
    version = version or (await report_of(office, unit))["version"]
    body = {"month": APRIL, "items": [{"unit": unit, "version": version, **more}]}
    client = office.client(Role.CITY, region=by or unit)
    return await client.post("/v1/report-submissions", json=body)


async def decide(office: Office, unit: str, verdict: str, reason: str = "") -> httpx.Response:
    version = (await report_of(office, unit))["version"]
    item = {"unit": unit, "version": version, "verdict": verdict, "reason": reason}
    client = office.client(Role.PROVINCE, region="220000")
    return await client.post("/v1/report-decisions", json={"month": APRIL, "items": [item]})


async def test_every_unit_has_a_prefilled_report(open_office: OpenOffice) -> None:
    """S11.1, S11.2, S0.2."""
    office = await opened(open_office)
    client = office.client(Role.PROVINCE, region="220000")
    reports = await listed(client, "/v1/reports", month=APRIL)
    assert [one["unit"] for one in reports] == sorted(UNITS)
    assert {(one["state"], one["due_on"]) for one in reports} == {("draft", "2021-05-06")}
    figures = {f["indicator"]: f for f in reports[0]["figures"]}
    assert figures.keys() == set(REPORTED)
    assert (figures["started-units"]["month"], figures["started-units"]["measure"]) == ("150", "套")
    assert figures["subsidy-paid-fen"]["total"] == "315.00"
    may = await listed(client, "/v1/reports", month="2021-05", state="open")
    assert len(may) == len(UNITS)
    assert await office.run_jobs("open-reports") == {"open-reports": 0}


async def test_newer_figures_make_a_newer_version(open_office: OpenOffice) -> None:
    """S11.2: nobody signs figures that he has not seen."""
    office = await opened(open_office)
    seen = await report_of(office, "220100")
    await tell(office, started("220102", 10, "2021-04-30"))
    assert await office.run_jobs("open-reports") == {"open-reports": 1}
    stale = await submit(office, "220100", version=seen["version"])
    assert (stale.status_code, stale.json()["code"]) == (412, "version-stale")
    fresh = await report_of(office, "220100")
    assert fresh["version"] == seen["version"] + 1
    assert (await submit(office, "220100")).status_code == 200


async def test_a_report_is_handed_in_returned_handed_in_again_and_accepted(
    open_office: OpenOffice,
) -> None:
    """S11.1."""
    office = await opened(open_office)
    answer = await submit(office, "220100", remarks="4月新开工1个项目")
    assert answer.status_code == 200
    assert answer.json()["items"][0]["state"] == "submitted"
    twice = await submit(office, "220100")
    assert (twice.status_code, twice.json()["code"]) == (409, "wrong-state")
    bare = await decide(office, "220100", "return")
    assert (bare.status_code, bare.json()["code"]) == (422, "reason-missing")
    assert bare.json()["errors"][0]["pointer"] == "/items/0/reason"
    assert (await decide(office, "220100", "return", "请补充说明开工进度")).status_code == 200
    returned = await report_of(office, "220100")
    assert (returned["state"], returned["decision_reason"]) == ("returned", "请补充说明开工进度")
    office.clock.move_to(date(2021, 5, 10))
    assert (await submit(office, "220100")).status_code == 200
    assert (await decide(office, "220100", "accept")).status_code == 200
    accepted = await report_of(office, "220100")
    assert (accepted["state"], accepted["late"], accepted["actions"]) == ("accepted", False, [])
    moves = [
        (one.version, one.event.state)
        for one in await office.events()
        if isinstance(one.event, ReportStateChanged) and str(one.subject) == accepted["id"]
    ]
    states = ["open", "draft", "submitted", "returned", "submitted", "accepted"]
    assert moves == list(enumerate(states, start=1))


async def test_a_report_after_the_due_day_is_late(open_office: OpenOffice) -> None:
    """S11.1."""
    office = await opened(open_office)
    office.clock.move_to(date(2021, 5, 7))
    assert (await submit(office, "220200")).status_code == 200
    assert (await report_of(office, "220200"))["late"] is True


async def test_changed_figures_need_a_reason_and_leave_the_facts_alone(
    open_office: OpenOffice,
) -> None:
    """S11.2."""
    office = await opened(open_office)
    change = {"indicator": "subsidy-paid-fen", "value": "330.50", "reason": ""}
    refused = await submit(office, "220100", changes=[change])
    assert (refused.status_code, refused.json()["code"]) == (422, "report-refused")
    assert refused.json()["errors"][0]["pointer"] == "/items/0/changes/0/reason"
    assert (await report_of(office, "220100"))["state"] == "draft"
    change["reason"] = "一户4月30日到账，银行回单迟到"
    assert (await submit(office, "220100", changes=[change])).status_code == 200
    report = await report_of(office, "220100")
    assert report["changes"] == [
        {
            "indicator": "subsidy-paid-fen",
            "label": "发放租赁补贴金额",
            "counted": "315.00",
            "reported": "330.50",
            "reason": "一户4月30日到账，银行回单迟到",
        }
    ]
    figures = {f["indicator"]: f for f in report["figures"]}
    assert figures["subsidy-paid-fen"]["month"] == "315.00"


async def test_a_unit_reports_for_itself_only(open_office: OpenOffice) -> None:
    """S0.2: not even a prefecture reports for a county; others' reports do not exist for a city."""
    office = await opened(open_office)
    foreign = await submit(office, "220182", by="220100")
    assert (foreign.status_code, foreign.json()["code"]) == (403, "other-unit")
    mine = office.client(Role.CITY, region="220182")
    assert [one["unit"] for one in await listed(mine, "/v1/reports", month=APRIL)] == ["220182"]
    other = await report_of(office, "220200")
    assert (await mine.get(f"/v1/reports/{other['id']}")).status_code == 404
    own = await report_of(office, "220182")
    answer = await mine.get(f"/v1/reports/{own['id']}")
    assert (answer.status_code, answer.headers["etag"]) == (200, f'"{own["version"]}"')
    assert answer.json()["actions"] == ["submit"]


async def test_on_the_last_day_of_the_month_a_report_can_be_handed_in(
    open_office: OpenOffice,
) -> None:
    office = await open_office("supervision")
    await office.run_jobs("open-reports")
    await tell(office, started("220102", 150))
    early = await submit(office, "220100")
    assert (early.status_code, early.json()["code"]) == (422, "month-not-over")
    office.clock.move_to(date(2021, 4, 30))
    assert (await submit(office, "220100")).status_code == 200
    report = await report_of(office, "220100")
    figures = {f["indicator"]: f for f in report["figures"]}
    assert figures["started-units"]["month"] == "150"
    moves = [
        (one.version, one.event.state)
        for one in await office.events()
        if isinstance(one.event, ReportStateChanged) and str(one.subject) == report["id"]
    ]
    assert moves == [(1, "open"), (2, "draft"), (3, "submitted")]
    assert (report["state"], report["version"]) == ("submitted", 3)


async def test_a_month_without_reports_is_named(open_office: OpenOffice) -> None:
    office = await open_office("supervision")
    office.clock.move_to(date(2021, 4, 30))
    answer = await submit(office, "220100", version=1)
    assert (answer.status_code, answer.json()["code"]) == (404, "report-not-found")
    assert answer.json()["errors"][0]["pointer"] == "/items/0/unit"
