"""Paying once and in full, and moving only then (S8.6, S8.7, R590.27)."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from shared.contracts.expropriation import ContractPaid, ContractVacated
from shared.domain.roles import Role
from tests.acting import Json, keyed, keys
from tests.expropriation.acts import Acts, april, refusal, vouchers


async def signed(acts: Acts, count: int) -> list[Json]:
    """So many signed contracts of one programme."""
    return await acts.signed(await acts.drafted(await acts.signing(), count))


async def test_the_whole_way_of_a_contract(acts: Acts) -> None:
    """S8.6: 42.50 × 5200 + 30000 = 251000 yuan; versions and events go hand in hand."""
    (item,) = await signed(acts, 1)
    acts.office.clock.move_to(april(20))
    (paid,) = await acts.paid([item])
    acts.office.clock.move_to(april(22))
    (moved,) = await acts.moved([paid])
    assert [(i["state"], i["version"]) for i in (paid, moved)] == [("paid", 3), ("moved", 4)]
    shown = await acts.contract(item)
    assert (shown["paid_yuan"], shown["voucher_no"]) == ("251000.00", "GK-220102-00001")
    assert (shown["paid_on"], shown["moved_on"]) == ("2021-04-20", "2021-04-22")
    assert (shown["signing_no"], shown["moving_no"], shown["actions"]) == (1, 1, [])
    events = [e for e in await acts.office.events() if str(e.subject) == item["id"]]
    assert [e.version for e in events] == [1, 2, 3, 4]
    payment, removal = events[2].event, events[3].event
    assert isinstance(payment, ContractPaid)
    assert (payment.amount_fen, payment.on) == (25_100_000, april(20))
    assert isinstance(removal, ContractVacated)
    assert (removal.moving_no, removal.on) == (1, april(22))


async def test_nobody_moves_before_he_is_paid(acts: Acts) -> None:
    """R590.27: 先补偿、后搬迁, on every path; one unpaid contract stops the list."""
    items = await signed(acts, 3)
    paid = await acts.paid(items[:2])
    answer = await acts.move([paid[0], items[2], paid[1]])
    assert refusal(answer) == (409, "wrong-state", [("wrong-state", "/items/1", "R590.27")])
    assert [i["state"] for i in await acts.items("contracts")] == ["paid", "paid", "signed"]
    for change in ("moving_no = 1, moved_on = signed_on", "state = 'moved'"):
        async with acts.office.sessions() as session:
            statement = text(f"UPDATE contract SET {change} WHERE state = 'signed'")
            with pytest.raises(IntegrityError):
                await session.execute(statement)


async def test_no_payment_before_the_signing(acts: Acts) -> None:
    items = await acts.drafted(await acts.signing(), 1)
    answer = await acts.pay(vouchers(items))
    assert refusal(answer) == (409, "wrong-state", [("wrong-state", "/items/0", "R590.27")])


async def test_a_contract_is_paid_once(acts: Acts) -> None:
    """S8.6: not with another voucher, not twice at once, not by a repeated request."""
    items = await signed(acts, 2)
    both = await asyncio.gather(acts.pay(vouchers(items[:1], 1)), acts.pay(vouchers(items[:1], 2)))
    assert sorted(answer.status_code for answer in both) == [200, 412]
    (paid, _) = await acts.items("contracts")
    assert refusal(await acts.pay(vouchers([paid], 3)))[:2] == (409, "wrong-state")
    headers = keyed()
    body = {"items": vouchers(items[1:], 4)}
    twice = [
        await acts.till.post("/v1/contract-payments", json=body, headers=headers) for _ in "ab"
    ]
    assert [answer.status_code for answer in twice] == [200, 200]
    assert twice[0].json() == twice[1].json()
    told = [e for e in await acts.office.events() if isinstance(e.event, ContractPaid)]
    assert len(told) == 2
    bare = await acts.till.post("/v1/contract-payments", json=body)
    assert bare.json()["code"] == "key-required"


async def test_a_voucher_is_used_once(acts: Acts) -> None:
    """S8.6: doubles in the list, vouchers of the past, and two requests racing for one."""
    items = await signed(acts, 4)
    await acts.paid(items[:1])
    rows = vouchers(items[1:], 5)
    rows[0]["voucher_no"] = "GK-220102-00001"
    rows[2]["voucher_no"] = rows[1]["voucher_no"]
    answer = await acts.pay(rows)
    status, code, reasons = refusal(answer)
    assert (status, code) == (422, "vouchers-refused")
    assert [where for _, where, _ in reasons] == [f"/items/{n}/voucher_no" for n in range(3)]
    race = await asyncio.gather(*(acts.pay(vouchers([item], 9)) for item in items[1:3]))
    assert sorted(a.status_code for a in race) in ([200, 409], [200, 422])
    states = [i["state"] for i in await acts.items("contracts")]
    assert sorted(states) == ["paid", "paid", "signed", "signed"]


async def test_a_voucher_of_another_region_is_used_too(acts: Acts) -> None:
    """S8.6: nobody sees the other region's contracts, but its vouchers count all the same."""
    await acts.paid(await signed(acts, 1))
    neighbour = Acts.at(acts.office, "220103")
    (opened,) = await neighbour.opened(region="220103")
    acts.office.clock.move_to(april(8))
    (programme,) = (await neighbour.announce([opened])).json()["items"]
    acts.office.clock.move_to(april(9))
    items = await neighbour.signed(await neighbour.drafted(programme, 2))
    answer = await neighbour.pay(vouchers(items))
    assert refusal(answer) == (409, "voucher-used", [])
    assert answer.json()["clause"] == "S8.6"
    assert [i["state"] for i in await neighbour.items("contracts")] == ["signed", "signed"]
    assert len(await neighbour.paid(items, 2)) == 2


async def test_who_signed_for_the_office_does_not_pay(acts: Acts) -> None:
    """S8.6: two persons, even where one holds both posts."""
    items = await signed(acts, 1)
    both = acts.office.client(Role.FINANCE, Role.EXPROPRIATION, subject="clerk")
    answer = await acts.post("contract-payments", {"items": vouchers(items)}, who=both)
    assert refusal(answer) == (403, "same-person", [("same-person", "/items/0", "")])
    assert (await acts.pay(vouchers(items))).status_code == 200


async def test_only_finance_pays_and_only_in_its_region(acts: Acts) -> None:
    items = await signed(acts, 1)
    body = {"items": vouchers(items)}
    assert refusal(await acts.post("contract-payments", body))[:2] == (403, "role-required")
    neighbour = Acts.at(acts.office, "220103")
    assert refusal(await neighbour.pay(vouchers(items)))[:2] == (404, "not-found")
    answer = await acts.pay([{**vouchers(items)[0], "amount_yuan": "1.00"}])
    assert (answer.status_code, answer.json()["code"]) == (422, "fields-invalid")


async def test_removals_are_numbered_without_gaps_too(acts: Acts) -> None:
    """S8.7: 先搬迁先受益; the list's order, then whoever comes, refused ones leave no hole."""
    items = await acts.paid(await signed(acts, 12))
    first = await acts.moved([items[2], items[0]])
    assert [(await acts.contract(i))["moving_no"] for i in first] == [1, 2]
    rest = [items[1], *items[3:]]
    answers = await asyncio.gather(
        *(acts.move([first[0], item]) for item in rest[:3]), *(acts.move([item]) for item in rest)
    )
    assert [answer.status_code for answer in answers[3:]] == [200] * 10
    assert {answer.status_code for answer in answers[:3]} <= {409, 412}
    shown = await acts.items("contracts", state="moved")
    assert sorted(item["moving_no"] for item in shown) == list(range(1, 13))
    (programme,) = await acts.items("programmes")
    assert (programme["signed"], programme["moved"]) == (12, 12)


async def test_lists_are_filtered_and_paged(acts: Acts) -> None:
    """S8.9: what an office looks for: by state, by programme, by region, page by page."""
    programme = await acts.signing()
    other = await acts.signing()
    items = await acts.drafted(programme, 5)
    await acts.drafted(other, 1)
    await acts.signed(items[:2])
    assert len(await acts.items("contracts", state="drafted")) == 4
    mine = await acts.items("contracts", programme_id=programme["id"], state="drafted")
    assert [item["id"] for item in mine] == [item["id"] for item in items[2:]]
    assert await acts.items("contracts", region="220103") == []
    province = acts.office.client(Role.PROVINCE, region="220000")
    page = (await province.get("/v1/contracts", params={"limit": 4})).json()
    rest = await province.get("/v1/contracts", params={"limit": 4, "cursor": page["next"]})
    assert len(page["items"] + rest.json()["items"]) == 6
    assert {item["region"] for item in page["items"]} == {"220102"}
    assert page["items"][0]["actions"] == []
    assert (await acts.desk.get("/v1/contracts", params={"state": "lost"})).status_code == 422
    neighbour = Acts.at(acts.office, "220103")
    assert await neighbour.items("contracts") == []
    answer = await neighbour.desk.get(f"/v1/contracts/{items[0]['id']}")
    assert refusal(answer)[:2] == (404, "not-found")
    answer = await acts.post("contract-removals", {"items": keys(items)}, who=province)
    assert refusal(answer)[:2] == (403, "role-required")
