"""Signing online: the server's order, its instant and its reward (S8.7, S8.9, R590.25, R590.26)."""

import asyncio
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.expropriation.order import rules
from services.expropriation.programme.rules import SigningPeriod
from shared.contracts.expropriation import ContractSigned
from shared.domain.roles import Role
from tests.acting import keys
from tests.expropriation.acts import DIGEST, PAPER, Acts, april, refusal

BEFORE_MIDNIGHT = datetime(2021, 4, 18, 15, 59, 59, tzinfo=UTC)
MIDNIGHT = datetime(2021, 4, 18, 16, 0, 0, tzinfo=UTC)
"""When the eleventh day of the period begins in Shanghai."""


async def signing_numbers(acts: Acts, programme: dict[str, Any]) -> list[int]:
    """The numbers of a programme as its public order lists them."""
    answer = await acts.desk.get(
        f"/v1/programmes/{programme['id']}/signing-order", params={"limit": 200}
    )
    return [place["signing_no"] for place in answer.json()["items"]]


async def test_a_signed_contract_has_number_instant_reward_and_payment_day(acts: Acts) -> None:
    """S8.9, R590.25: the record of the signing, the reward step, and when payment is due."""
    programme = await acts.signing()
    (item,) = await acts.drafted(programme, 1)
    (signed,) = await acts.signed([item])
    assert (signed["state"], signed["version"]) == ("signed", 2)
    shown = await acts.contract(item)
    assert (shown["signing_no"], shown["signed_on"]) == (1, "2021-04-09")
    assert shown["signature"] == {
        "signed_at": "2021-04-09T01:00:00Z", "document_digest": DIGEST,
        "owner_certificate": "CERT-OWNER-2021", "office_certificate": "CERT-OFFICE-2021",
    }  # fmt: skip
    assert (shown["compensation_yuan"], shown["reward_yuan"]) == ("221000.00", "30000.00")
    assert shown["steps"][-1] == {
        "code": "signing-reward", "label": "签约奖励",
        "working": "签约期第 1 天：每户 30000 元", "amount_yuan": "30000.00",
    }  # fmt: skip
    assert shown["pay_by"] == "2021-05-10"
    told = (await acts.office.events())[-1]
    assert told.version == 2
    assert told.event == ContractSigned(
        region="220102", contract_id=item["id"], programme_id=programme["id"],
        project_id=shown["project_id"], on=april(9), signing_no=1, mode="money",
        compensation_fen=22_100_000, reward_fen=3_000_000,
    )  # fmt: skip


def test_payment_is_due_after_the_holiday() -> None:
    """R590.25: 30 days from 9 April end on Sunday 9 May; the Monday is in time."""
    assert rules.pay_by(date(2021, 4, 9), 30) == date(2021, 5, 10)
    assert rules.pay_by(date(2021, 4, 12), 30) == date(2021, 5, 12)


@pytest.mark.parametrize(
    ("day", "reward"),
    [(april(9), "30000.00"), (april(18), "30000.00"), (april(19), "10000.00"),
     (date(2021, 5, 8), "10000.00"), (date(2021, 5, 9), "0.00"), (date(2021, 6, 7), "0.00")],
)  # fmt: skip
async def test_the_tier_is_that_of_the_servers_day(acts: Acts, day: date, reward: str) -> None:
    """S8.7: days 1 to 10, 11 to 30, and the rest of the period."""
    (item,) = await acts.drafted(await acts.signing(), 1)
    acts.office.clock.move_to(day)
    await acts.signed([item])
    assert (await acts.contract(item))["reward_yuan"] == reward


@pytest.mark.parametrize("day", [april(8), date(2021, 6, 8)], ids=["before", "after"])
async def test_nobody_signs_outside_the_period(acts: Acts, day: date) -> None:
    """R590.26: too early or too late is refused; afterwards the government decides."""
    items = await acts.drafted(await acts.signing(), 2)
    acts.office.clock.move_to(day)
    answer = await acts.sign(items)
    assert refusal(answer) == (
        422,
        "signing-refused",
        [("outside-period", "/items/0", "R590.26"), ("outside-period", "/items/1", "R590.26")],
    )
    await acts.office.run_jobs()
    assert refusal(await acts.sign(items))[:2] == (422, "signing-refused")
    assert {item["state"] for item in await acts.items("contracts")} == {"drafted"}


def test_a_closed_period_takes_no_signing_that_waited_for_its_turn() -> None:
    """R590.26: what the closing has counted stays, even for who came on the last day."""
    period = SigningPeriod(april(9), april(18))
    waited = rules.Signing(period, True, "owner", "office")
    assert [f.code for f in rules.signing_faults(waited, april(18))] == ["outside-period"]
    in_time = rules.Signing(period, False, "owner", "office")
    assert rules.signing_faults(in_time, april(18)) == ()


async def test_both_sides_sign_with_their_own_certificate(acts: Acts) -> None:
    """S8.9: one certificate cannot stand for owner and office."""
    items = await acts.drafted(await acts.signing(), 2)
    body = keys(items, **PAPER)
    body[1]["owner_certificate"] = "cert-office-2021"
    answer = await acts.post("contract-signings", {"items": body})
    assert refusal(answer)[2] == [("certificates-same", "/items/1/office_certificate", "S8.9")]
    for field, wrong in (("document_digest", "AB" * 32), ("owner_certificate", "")):
        answer = await acts.sign(items, **{field: wrong})
        assert (answer.status_code, answer.json()["code"]) == (422, "fields-invalid")
    for field in ("signing_no", "signed_on", "reward_yuan"):
        answer = await acts.sign(items, **{field: 1})
        assert answer.status_code == 422, field


async def test_a_list_is_numbered_in_its_own_order_within_each_programme(acts: Acts) -> None:
    """S8.7: 1..n per programme, as the items stand in the list."""
    first, second = await acts.signing(), await acts.signing()
    ours = await acts.drafted(first, 3)
    theirs = await acts.drafted(second, 2)
    order = [ours[2], theirs[1], ours[0], theirs[0], ours[1]]
    await acts.signed(order)
    numbers = [(await acts.contract(item))["signing_no"] for item in order]
    assert numbers == [1, 1, 2, 2, 3]
    events = [e.event for e in await acts.office.events() if isinstance(e.event, ContractSigned)]
    assert [e.signing_no for e in events] == numbers


async def test_signings_side_by_side_share_and_skip_no_number(acts: Acts) -> None:
    """S8.7: forty requests at once, every fourth refused after its number was taken."""
    programme = await acts.signing()
    (done, *items) = await acts.drafted(programme, 31)
    (done,) = await acts.signed([done])
    rolled_back = [[done, items[n]] for n in range(0, 30, 3)]
    answers = await asyncio.gather(
        *(acts.sign(pair) for pair in rolled_back), *(acts.sign([item]) for item in items)
    )
    statuses = [answer.status_code for answer in answers]
    assert statuses[10:] == [200] * 30, [a.text for a in answers if a.status_code != 200]
    assert set(statuses[:10]) <= {409, 412}
    assert await signing_numbers(acts, programme) == list(range(1, 32))
    told = [e.event for e in await acts.office.events() if isinstance(e.event, ContractSigned)]
    assert sorted(e.signing_no for e in told) == list(range(1, 32))


async def test_lists_that_cross_do_not_wait_for_each_other_in_a_circle(acts: Acts) -> None:
    """S8.7: two offices' lists over the same two programmes, in opposite order."""
    first, second = await acts.signing(), await acts.signing()
    a, b = await acts.drafted(first, 40), await acts.drafted(second, 40)
    answers = await asyncio.gather(
        *(acts.sign([*a[n : n + 10], *b[n : n + 10]]) for n in range(0, 40, 20)),
        *(acts.sign([*b[n : n + 10], *a[n : n + 10]]) for n in range(10, 40, 20)),
    )
    assert [answer.status_code for answer in answers] == [200] * 4
    assert await signing_numbers(acts, first) == list(range(1, 41))
    assert await signing_numbers(acts, second) == list(range(1, 41))


async def test_two_requests_for_one_contract_sign_it_once(acts: Acts) -> None:
    programme = await acts.signing()
    items = await acts.drafted(programme, 1)
    answers = await asyncio.gather(acts.sign(items), acts.sign(items))
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert await signing_numbers(acts, programme) == [1]
    stale = await acts.sign(items)
    assert refusal(stale) == (412, "version-stale", [("version-stale", "/items/0/version", "")])


async def test_an_earlier_number_never_gets_less_when_the_clock_goes_back(acts: Acts) -> None:
    """S8.7: after a signing of the eleventh day, none is dated to the tenth."""
    programme = await acts.signing()
    items = await acts.drafted(programme, 3)
    for instant, item in zip((BEFORE_MIDNIGHT, MIDNIGHT, BEFORE_MIDNIGHT), items, strict=True):
        acts.office.clock.set(instant)
        await acts.signed([item])
    shown = [await acts.contract(item) for item in items]
    assert [one["signing_no"] for one in shown] == [1, 2, 3]
    assert [one["reward_yuan"] for one in shown] == ["30000.00", "10000.00", "10000.00"]
    instants = [one["signature"]["signed_at"] for one in shown]
    assert all(earlier <= later for earlier, later in pairwise(instants))


def test_the_instant_of_a_number_is_never_before_the_one_before() -> None:
    """S8.7: equal instants are in order; the first number has the server's instant."""
    assert rules.signing_instant(MIDNIGHT, None) == MIDNIGHT
    assert rules.signing_instant(BEFORE_MIDNIGHT, MIDNIGHT) == MIDNIGHT
    assert rules.signing_instant(MIDNIGHT, BEFORE_MIDNIGHT) == MIDNIGHT


FORGERIES = (
    "document_digest = repeat('0', 64)",
    "owner_certificate = 'other'",
    "signed_at = signed_at + interval '1 day'",
    "signing_no = 9",
    "reward_fen = reward_fen + 1",
    "compensation_fen = compensation_fen + 1",
    "steps = '[]'",
    "state = 'drafted'",
)


async def test_what_was_signed_cannot_be_changed_even_in_the_database(acts: Acts) -> None:
    """S8.9: record, number and amounts of a signed contract stay."""
    (item,) = await acts.drafted(await acts.signing(), 1)
    await acts.signed([item])
    before = await acts.contract(item)
    for statement in (*(f"UPDATE contract SET {change}" for change in FORGERIES),
                      "DELETE FROM contract"):  # fmt: skip
        async with acts.office.sessions() as session:
            with pytest.raises(IntegrityError):
                await session.execute(text(statement))
    assert await acts.contract(item) == before


async def test_the_terms_people_sign_under_cannot_be_changed_in_the_database(acts: Acts) -> None:
    """S8.6: standards and tiers stay as they were published."""
    await acts.signing()
    for change in ("unit_price_fen = 1", "tiers = '[]'", "ends_on = '2031-01-01'"):
        async with acts.office.sessions() as session:
            with pytest.raises(IntegrityError):
                await session.execute(text(f"UPDATE programme SET {change}"))


async def test_the_public_order_has_numbers_and_no_persons(acts: Acts) -> None:
    """S8.7: who waits for an exchanged home sees his place; homes are chosen in this order."""
    programme = await acts.signing()
    answer = await acts.draft(
        programme,
        [
            {"property_no": f"P-{n}", "owner_name": "张三", "owner_id_no": "11010519491231002X",
             "phone": "13812345678", "area_sqm": "50.00",
             "mode": "exchange" if n % 2 else "money"}
            for n in range(4)
        ],
    )  # fmt: skip
    items = answer.json()["items"]
    await acts.signed([items[3], items[0], items[1]])
    path = f"/v1/programmes/{programme['id']}/signing-order"
    supervisor = acts.office.client(Role.SUPERVISOR, region="220000")
    found = await supervisor.get(path, params={"mode": "exchange"})
    places = found.json()["items"]
    assert [(p["signing_no"], p["property_no"]) for p in places] == [(1, "P-3"), (3, "P-1")]
    assert "张" not in found.text
    first = (await supervisor.get(path, params={"limit": 2})).json()
    rest = (await supervisor.get(path, params={"limit": 2, "cursor": first["next"]})).json()
    assert [p["signing_no"] for p in first["items"] + rest["items"]] == [1, 2, 3]
    neighbour = Acts.at(acts.office, "220103")
    assert (await neighbour.desk.get(path)).status_code == 404


async def test_the_other_region_and_the_other_post_cannot_sign(acts: Acts) -> None:
    items = await acts.drafted(await acts.signing(), 1)
    assert refusal(await Acts.at(acts.office, "220103").sign(items))[:2] == (404, "not-found")
    body = {"items": keys(items, **PAPER)}
    answer = await acts.post("contract-signings", body, who=acts.till)
    assert refusal(answer)[:2] == (403, "role-required")
    bare = await acts.desk.post("/v1/contract-signings", json=body)
    assert bare.json()["code"] == "key-required"
