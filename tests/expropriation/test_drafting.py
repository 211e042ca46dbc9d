"""Registering properties and drafting their contracts (S8.3, S8.6, R590.25)."""

import asyncio
from typing import Any

from sqlalchemy import text

from services.expropriation.order.closing import close_ended
from shared.contracts.expropriation import ContractDrafted
from tests.acting import REGION, keyed
from tests.counting import statements
from tests.expropriation.acts import ID_NO, NAME, PHONE, TERMS, Acts, april, home, planned, refusal
from tests.waiting import until


async def test_a_draft_shows_how_its_compensation_is_worked_out(acts: Acts) -> None:
    """S8.6: area × unit price and the published fees, step by step."""
    programme = await acts.signing(
        moving_fee_yuan="1500.00", transition_fee_yuan="10.00", transition_months=24
    )
    answer = await acts.draft(programme, [home(area_sqm="42.55", mode="exchange")])
    assert answer.status_code == 201, answer.text
    (item,) = answer.json()["items"]
    assert (item["state"], item["version"]) == ("drafted", 1)
    shown = await acts.contract(item)
    assert shown["steps"] == [
        {"code": "house-value", "label": "房屋价值补偿",
         "working": "42.55 平方米 × 5200.00 元/平方米", "amount_yuan": "221260.00"},
        {"code": "moving-fee", "label": "搬迁费", "working": "每户 1500.00 元",
         "amount_yuan": "1500.00"},
        {"code": "transition-fee", "label": "临时安置费",
         "working": "42.55 平方米 × 10.00 元/平方米·月 × 24 个月", "amount_yuan": "10212.00"},
    ]  # fmt: skip
    assert (shown["compensation_yuan"], shown["reward_yuan"]) == ("232972.00", None)
    assert (shown["signing_no"], shown["signature"]) == (None, None)
    assert (shown["region"], shown["actions"]) == (REGION, ["sign"])
    told = (await acts.office.events())[-1]
    assert isinstance(told.event, ContractDrafted)
    assert (str(told.subject), told.version) == (item["id"], 1)
    assert told.event.compensation_fen == 23_297_200


async def test_a_property_is_registered_once_in_a_programme(acts: Acts) -> None:
    """S8.3: doubles in the list and in the ledger are named; the whole list waits."""
    programme = await acts.signing()
    await acts.drafted(programme, 1)
    answer = await acts.draft(programme, [home(1), home(2), home(3), home(2)])
    status, code, reasons = refusal(answer)
    assert (status, code) == (422, "drafts-refused")
    assert [where for _, where, _ in reasons] == ["/items/0/property_no", "/items/3/property_no"]
    assert {name for name, _, _ in reasons} == {"property-repeated"}
    assert len(await acts.items("contracts")) == 1
    other = (await acts.announce(await acts.opened())).json()["items"][0]
    assert (await acts.draft(other, [home(1)])).status_code == 201


async def test_every_wrong_number_is_named_and_none_repeated(acts: Acts) -> None:
    programme = await acts.signing()
    wrong = ID_NO[:-1] + ("0" if ID_NO[-1] != "0" else "1")
    answer = await acts.draft(
        programme, [home(1, owner_id_no=wrong), home(2), home(3, phone="12345")]
    )
    assert refusal(answer)[2] == [
        ("resident-id-checksum", "/items/0/owner_id_no", ""),
        ("phone", "/items/2/phone", ""),
    ]
    assert wrong not in answer.text
    assert await acts.items("contracts") == []


async def test_fields_of_a_draft_are_strict(acts: Acts) -> None:
    """S8.6: above all, nobody hands in an amount."""
    programme = await acts.signing()
    refused: list[dict[str, Any]] = [
        {"area_sqm": "0"},
        {"area_sqm": "-1.00"},
        {"area_sqm": "42.505"},
        {"area_sqm": 42.5},
        {"mode": "barter"},
        {"property_no": ""},
        {"compensation_yuan": "1000000.00"},
    ]
    for changes in refused:
        answer = await acts.draft(programme, [{**home(), **changes}])
        assert (answer.status_code, answer.json()["code"]) == (422, "fields-invalid"), changes


async def test_only_a_programme_with_published_standards_takes_drafts(acts: Acts) -> None:
    """S8.3: not before the announcement, and not after the period."""
    await acts.office.deliver([planned()])
    (opened,) = await acts.items("programmes", state="opened")
    answer = await acts.draft(opened, [home()])
    assert refusal(answer) == (409, "not-signing", [])
    assert answer.json()["clause"] == "S8.3"
    programme = (await acts.announce([opened])).json()["items"][0]
    acts.office.clock.move_to(april(30).replace(month=6, day=8))
    assert refusal(await acts.draft(programme, [home()]))[:2] == (409, "not-signing")
    await acts.office.run_jobs()
    assert refusal(await acts.draft(programme, [home()]))[:2] == (409, "not-signing")


async def test_a_programme_that_closes_meanwhile_takes_no_draft(acts: Acts) -> None:
    """R590.26: what the closing has counted stays, even for a draft that saw it still signing."""
    programme = await acts.signing()
    acts.office.clock.move_to(april(30).replace(month=6, day=8))
    closing = await acts.office.call()
    assert await close_ended(closing) == 1
    await closing.write()
    acts.office.clock.move_to(april(30).replace(month=6, day=7))
    drafting = asyncio.create_task(acts.draft(programme, [home()]))

    async def held_up() -> bool:
        waiting = (
            "SELECT FROM pg_locks JOIN pg_stat_activity AS a USING (pid)"
            " WHERE NOT granted AND a.datname = current_database()"
        )
        return drafting.done() or bool(await acts.office.connections.fetch(waiting))

    await until(held_up)
    await closing.session.commit()
    assert refusal(await drafting)[:2] == (409, "not-signing")
    assert await acts.items("contracts") == []


async def test_another_regions_programme_does_not_exist(acts: Acts) -> None:
    programme = await acts.signing()
    neighbour = Acts.at(acts.office, "220103")
    answer = await neighbour.draft(programme, [home()])
    assert refusal(answer) == (404, "not-found", [("not-found", "/programme_id", "")])


async def test_a_draft_needs_a_key_and_runs_once(acts: Acts) -> None:
    programme = await acts.signing()
    body = {"programme_id": programme["id"], "items": [home()]}
    assert (await acts.desk.post("/v1/contract-drafts", json=body)).json()["code"] == "key-required"
    headers = keyed()
    first = await acts.desk.post("/v1/contract-drafts", json=body, headers=headers)
    second = await acts.desk.post("/v1/contract-drafts", json=body, headers=headers)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert len(await acts.items("contracts")) == 1


async def test_personal_data_is_sealed_masked_and_in_no_event(acts: Acts) -> None:
    """The owner's name, number and phone are nowhere in plain but in the answer to who may ask."""
    programme = await acts.signing()
    (item,) = await acts.drafted(programme, 1)
    await acts.signed([item])
    plain = await acts.post(f"contracts/{item['id']}/unmaskings", {"purpose": "核对产权证明"})
    assert plain.json()["owner_name"] == NAME
    shown = await acts.contract(item)
    assert (shown["owner_name"], shown["phone"]) == ("欧阳*明", "138****5678")
    assert shown["owner_id_no"] == f"{ID_NO[:6]}********{ID_NO[-4:]}"
    assert (await acts.items("contracts"))[0]["owner_name"] == "欧阳*明"
    async with acts.office.sessions() as session:
        for table in ("contract", "outbox", "audit_log", "idempotency"):
            rows = (await session.execute(text(f"SELECT t::text FROM {table} AS t"))).scalars()
            dump = "\n".join(rows)
            for secret in (NAME, ID_NO, PHONE):
                assert secret not in dump
                assert secret.encode().hex() not in dump


async def test_unmasking_needs_a_purpose_and_leaves_a_trace(acts: Acts) -> None:
    """PIPL.51: plain values for a stated purpose, noted in the audit."""
    (item,) = await acts.drafted(await acts.signing(), 1)
    path = f"contracts/{item['id']}/unmaskings"
    assert (await acts.post(path, {"purpose": " "})).status_code == 422
    answer = await acts.post(path, {"purpose": "核对产权证明"})
    assert answer.json() == {"owner_name": NAME, "owner_id_no": ID_NO, "phone": PHONE}
    neighbour = Acts.at(acts.office, "220103")
    assert (await neighbour.post(path, {"purpose": "核对产权证明"})).status_code == 404
    async with acts.office.sessions() as session:
        found = await session.execute(
            text("SELECT object_id, reason, actor_sub FROM audit_log WHERE action = 'unmask'")
        )
    assert [(str(row[0]), row[1], row[2]) for row in found] == [
        (item["id"], "核对产权证明", "clerk")
    ]


async def test_a_thousand_drafts_and_five_hundred_signings_take_few_statements(acts: Acts) -> None:
    """S8.9: a list costs statements by the kind of its work, not by its length."""
    acts.office.clock.move_to(april(8))
    (programme,) = (await acts.announce(await acts.opened(), **TERMS)).json()["items"]
    acts.office.clock.move_to(april(9))
    with statements(acts.office) as drafting:
        contracts = await acts.drafted(programme, 1000)
    with statements(acts.office) as signing:
        signed = await acts.signed(contracts[:500])
    assert 0 < len(drafting) <= 3, drafting
    assert 0 < len(signing) <= 6, signing
    assert len(signed) == 500
    (shown,) = await acts.items("programmes")
    assert shown["signed"] == 500
