"""Batches: made once, checked and approved by three persons, sums kept, closed for good."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from shared.contracts.subsidy import BatchStateChanged
from tests.acting import codes, done, listed, post, province
from tests.conftest import OpenOffice
from tests.subsidy.acts import (
    agreements,
    calculated,
    checker,
    city,
    finance,
    made,
    publish,
    returned,
    sent,
    signed,
    through,
)

APRIL = {"region": "220100", "month": "2021-04"}


async def test_a_month_is_generated_once(open_office: OpenOffice) -> None:
    """S2.9: asking again, or twice at the same moment, gives the one batch of the month."""
    office = await open_office("subsidy")
    await publish(office)
    await signed(office, 3)
    both = await asyncio.gather(*(post(city(office), "/v1/batches", APRIL) for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [200, 201]
    assert len({answer.json()["id"] for answer in both}) == 1
    batch = both[0].json()
    assert (batch["number"], batch["lines"]) == ("PC-220100-2021-0000001", 3)
    payments = await listed(province(office), "/v1/payments", batch_id=batch["id"])
    assert sorted(p["number"] for p in payments) == [
        f"{batch['number']}-00000{n}" for n in (1, 2, 3)
    ]
    assert {(p["state"], p["version"], p["amount_yuan"]) for p in payments} == {
        ("pending", 0, "164.50")
    }
    events = [one for one in await office.events() if str(one.subject) == batch["id"]]
    assert [one.version for one in events] == [1]


async def test_what_cannot_be_generated(open_office: OpenOffice) -> None:
    """S2.9, J281: a unit's own month that has begun and has somebody to pay."""
    office = await open_office("subsidy")
    await publish(office)
    district = await post(
        city(office, "220102"), "/v1/batches", {"region": "220102", "month": "2021-05"}
    )
    assert codes(district) == [("not-a-reporting-unit", "/region"), ("month-not-begun", "/month")]
    empty = await post(city(office), "/v1/batches", APRIL)
    assert (empty.status_code, empty.json()["code"]) == (422, "no-lines")
    assert await listed(city(office), "/v1/batches") == []
    assert (await post(city(office, "220200"), "/v1/batches", APRIL)).status_code == 403
    assert (await post(finance(office), "/v1/batches", APRIL)).status_code == 403
    plain = await city(office).post("/v1/batches", json=APRIL)
    assert (plain.status_code, plain.json()["code"]) == (400, "key-required")


async def test_who_is_payable_in_a_month(open_office: OpenOffice) -> None:
    """S1.3, J281: from the first month up to the month of stopping, once a household, and by the
    standard of that month even when it is made up late.
    """
    office = await open_office("subsidy")
    await publish(office)
    kept, gone = await signed(office, 2)
    body = {"reason_code": "died", "opinion": "已故。", "changed_on": "2021-04-01"}
    await done(city(office), f"/v1/grants/{gone['id']}/stop", body, gone["version"])
    assert (await made(office))["lines"] == 2
    (late,) = await signed(office)
    assert late["first_month"] == "2021-05"
    await publish(office, effective_from="2021-06-01", unit_price_yuan="8.00")
    office.clock.move_to(date(2021, 6, 1))
    early = await post(city(office), "/v1/batches", {**APRIL, "month": "2021-06"})
    assert (early.status_code, early.json()["code"]) == (409, "amounts-not-adjusted")
    await office.run_jobs()
    june, may = await made(office, "2021-06"), await made(office, "2021-05")
    assert (may["lines"], may["total_yuan"]) == (2, "329.00")
    assert (june["lines"], june["total_yuan"]) == (2, "376.00")
    payments = await listed(province(office), "/v1/payments", batch_id=may["id"])
    assert {p["grant_id"] for p in payments} == {kept["id"], late["id"]}


async def test_one_household_is_paid_once_a_month(open_office: OpenOffice) -> None:
    """S1.3: a household that moves to another city is not paid twice for the month it moved in."""
    office = await open_office("subsidy")
    await publish(office)
    await publish(office, region="220200")
    (old,) = await signed(office, household="h1")
    body = {"reason_code": "moved-away", "opinion": "已迁出。", "changed_on": "2021-04-01"}
    await done(city(office), f"/v1/grants/{old['id']}/stop", body, old["version"])
    assert (await made(office))["lines"] == 1
    new = await calculated(office, household="h1", region="220202")
    await done(city(office, "220200"), "/v1/agreements", agreements(new))
    refused = await post(city(office, "220200"), "/v1/batches", {**APRIL, "region": "220200"})
    assert refused.json()["code"] == "no-lines"


async def test_maker_checker_and_approver_are_three_persons(open_office: OpenOffice) -> None:
    """S2.9: nobody does two of the three steps, whatever posts he holds."""
    office = await open_office("subsidy")
    await publish(office)
    await signed(office)
    batch = await made(office)
    path = f"/v1/batches/{batch['id']}"
    own = await post(city(office), f"{path}/check", {}, 1)
    assert (own.status_code, own.json()["code"]) == (422, "same-person")
    assert (await post(finance(office), f"{path}/check", {}, 1)).status_code == 403
    assert (await post(checker(office), f"{path}/check", {})).status_code == 428
    early = await post(finance(office), f"{path}/approval", {}, 1)
    assert (early.status_code, early.json()["code"]) == (409, "wrong-state")
    assert (await post(checker(office, "220200"), f"{path}/check", {}, 1)).status_code == 404
    assert (await done(checker(office), f"{path}/check", {}, 1))["checked_by"] == "checker"
    assert (await post(finance(office), f"{path}/approval", {}, 1)).status_code == 412
    for subject in ("maker", "checker"):
        again = await post(finance(office, subject=subject), f"{path}/approval", {}, 2)
        assert (again.status_code, again.json()["code"]) == (422, "same-person")
    assert (await post(city(office, subject="third"), f"{path}/approval", {}, 2)).status_code == 403
    approved = await done(finance(office), f"{path}/approval", {}, 2)
    assert (approved["approved_by"], approved["actions"]) == ("treasurer", ["dispatch", "void"])
    dispatched = await done(finance(office), f"{path}/dispatch", {}, 3)
    assert (dispatched["state"], dispatched["sent_by"]) == ("sent", "treasurer")
    states = [
        e.event.state for e in await office.events() if isinstance(e.event, BatchStateChanged)
    ]
    assert states == ["checked", "approved", "sent"]
    async with office.sessions() as session:
        with pytest.raises(IntegrityError):
            await session.execute(text("UPDATE batch SET approved_by = made_by"))


async def test_one_account_for_two_households_is_explained(open_office: OpenOffice) -> None:
    """S2.9: what is odd is named, and passes only with a written explanation."""
    office = await open_office("subsidy")
    await publish(office)
    grants = await calculated(office, 3)
    body = agreements(grants)
    body["items"][2]["account_no"] = body["items"][0]["account_no"]
    await done(city(office), "/v1/agreements", body)
    batch = await made(office)
    path = f"/v1/batches/{batch['id']}/check"
    refused = await post(checker(office), path, {}, 1)
    assert codes(refused) == [("same-account", "/explanation")]
    assert f"{batch['number']}-00000" in refused.json()["errors"][0]["detail"]
    checked = await done(
        checker(office), path, {"explanation": "经核实，两户由同一监护人代领。"}, 1
    )
    assert (checked["state"], checked["explanation"]) == (
        "checked",
        "经核实，两户由同一监护人代领。",
    )


async def test_a_household_stopped_meanwhile_is_not_sent_to_the_bank(
    open_office: OpenOffice,
) -> None:
    """S1.3: the batch is voided and made again without it; nobody else loses his payment."""
    office = await open_office("subsidy")
    await publish(office)
    gone, _ = await signed(office, 2)
    batch = await done(checker(office), f"/v1/batches/{(await made(office))['id']}/check", {}, 1)
    body = {"reason_code": "died", "opinion": "已故。", "changed_on": "2021-03-31"}
    await done(city(office), f"/v1/grants/{gone['id']}/stop", body, gone["version"])
    path = f"/v1/batches/{batch['id']}"
    refused = await post(finance(office), f"{path}/approval", {}, batch["version"])
    assert (refused.status_code, refused.json()["clause"]) == (422, "S1.3")
    voided = await done(finance(office), f"{path}/voiding", {"reason": "有家庭已停发"}, 2)
    assert voided["state"] == "void"
    fresh = await made(office)
    assert (fresh["id"] != batch["id"], fresh["lines"], fresh["total_yuan"]) == (True, 1, "164.50")
    states = [p["state"] for p in await listed(province(office), "/v1/payments")]
    assert sorted(states) == ["cancelled", "cancelled", "pending"]
    assert (await through(office, fresh))["state"] == "sent"


async def test_lines_that_differ_from_the_checked_ones_are_not_approved(
    open_office: OpenOffice,
) -> None:
    """S2.9: what is approved and sent is what was checked, line by line."""
    office = await open_office("subsidy")
    await publish(office)
    await signed(office, 2)
    batch = await done(checker(office), f"/v1/batches/{(await made(office))['id']}/check", {}, 1)
    async with office.sessions() as session, session.begin():
        await session.execute(text("UPDATE payment SET amount_fen = amount_fen + 1"))
    refused = await post(finance(office), f"/v1/batches/{batch['id']}/approval", {}, 2)
    assert (refused.status_code, refused.json()["code"]) == (409, "lines-changed")


async def test_a_closed_month_never_changes(open_office: OpenOffice) -> None:
    """S2.9, S2.12: closing waits for every line; afterwards nothing moves, not even by hand."""
    office = await open_office("subsidy")
    batch = await returned(office, await sent(office, 2), failing=2)
    path = f"/v1/batches/{batch['id']}"
    open_lines = await post(finance(office), f"{path}/closing", {}, batch["version"])
    assert codes(open_lines) == [("lines-failed", "")]
    (failed,) = await listed(province(office), "/v1/payments", state="failed")
    given_up = await done(
        finance(office), f"/v1/payments/{failed['id']}/write-off", {"reason": "受益人已去世"}, 1
    )
    assert (given_up["state"], given_up["version"]) == ("cancelled", 2)
    closed = await done(finance(office), f"{path}/closing", {}, batch["version"])
    assert (closed["state"], closed["actions"]) == ("closed", [])
    async with office.sessions() as session:
        with pytest.raises(IntegrityError, match="lines of a closed batch never change"):
            await session.execute(text("UPDATE payment SET state = 'failed'"))
        await session.rollback()
        with pytest.raises(IntegrityError):
            await session.execute(text("DELETE FROM payment"))
    again = await made(office)
    assert (again["id"], again["state"]) == (batch["id"], "closed")
