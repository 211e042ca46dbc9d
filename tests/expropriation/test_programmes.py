"""Opening programmes, announcing their signing period and closing it (S8.3, R590.12, R590.26)."""

from typing import Any

import pytest

from shared.contracts.expropriation import (
    ProgrammeOpened,
    ProgrammeSigningClosed,
    ProgrammeSigningOpened,
)
from shared.domain.roles import Role
from tests.acting import REGION, keys
from tests.expropriation.acts import TERMS, Acts, april, planned, refusal


async def test_a_planned_project_opens_one_programme_however_often_it_is_told(acts: Acts) -> None:
    """S8.3: one programme a project, from the plan, with its households and its number."""
    event, id, version = planned(households=120)
    first = await acts.office.deliver([(event, id, version)])
    await acts.office.deliver(first)
    await acts.office.deliver([(event, id, version + 1)])
    (shown,) = await acts.items("programmes", state="opened")
    assert shown["project_id"] == str(id)
    assert shown["project_no"] == event.project_no
    assert shown["programme_no"] == "ZS-220102-2021-00001"
    assert (shown["households"], shown["signed"], shown["moved"]) == (120, 0, 0)
    assert (shown["state_label"], shown["actions"]) == ("待公布签约期", ["announce"])
    (told,) = [e.event for e in await acts.office.events()]
    assert isinstance(told, ProgrammeOpened)
    assert (told.project_id, told.households, told.on) == (id, 120, april(1))


async def test_a_project_that_needs_no_clearing_opens_none(acts: Acts) -> None:
    await acts.office.deliver([planned(needs_clearing=False)])
    assert await acts.items("programmes") == []


async def test_a_thousand_planned_projects_at_once(acts: Acts) -> None:
    """S8.3: a batch with doubles and known ones opens each once, numbered without gaps."""
    known = planned()
    await acts.office.deliver([known])
    batch = [planned("220102" if n % 2 else "220103") for n in range(998)]
    await acts.office.deliver([known, batch[0], *batch])
    events = [e.event for e in await acts.office.events()]
    assert len({e.project_id for e in events if isinstance(e, ProgrammeOpened)}) == 999
    assert len(events) == 999
    province = acts.office.client(Role.PROVINCE, region="220000")
    numbers: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        answer = (await province.get("/v1/programmes", params={"limit": 200, **cursor})).json()
        numbers += [item["programme_no"] for item in answer["items"]]
        if not answer.get("next"):
            break
        cursor = {"cursor": answer["next"]}
    expected = [f"ZS-220102-2021-{n:05d}" for n in range(1, 501)]
    expected += [f"ZS-220103-2021-{n:05d}" for n in range(1, 500)]
    assert sorted(numbers) == expected


async def test_a_signing_period_is_announced_with_its_terms(acts: Acts) -> None:
    """S8.3, R590.12: the terms stand from then on; the event carries the period."""
    programmes = await acts.opened(2)
    answer = await acts.announce(programmes, moving_fee_yuan="1500.00")
    assert answer.status_code == 200, answer.text
    assert [(i["state"], i["version"]) for i in answer.json()["items"]] == [("signing", 2)] * 2
    shown = (await acts.desk.get(f"/v1/programmes/{programmes[0]['id']}")).json()
    assert shown["tiers"][1] == {
        "from_day": 11, "to_day": 30, "kind": "fixed", "value": "10000.00", "cap_yuan": None,
    }  # fmt: skip
    assert (shown["unit_price_yuan"], shown["moving_fee_yuan"]) == ("5200.00", "1500.00")
    assert (shown["starts_on"], shown["ends_on"]) == ("2021-04-09", "2021-06-07")
    assert shown["funds_confirmed_doc"] == TERMS["funds_confirmed_doc"]
    assert shown["pay_within_days"] == 30
    told = [e for e in await acts.office.events() if isinstance(e.event, ProgrammeSigningOpened)]
    assert [(e.version, str(e.subject)) for e in told] == [(2, p["id"]) for p in programmes]


async def test_an_announced_period_stays(acts: Acts) -> None:
    """S8.6: published standards cannot be announced again."""
    programmes = await acts.opened()
    again = (await acts.announce(programmes)).json()["items"]
    answer = await acts.announce(again, unit_price_yuan="5300.00")
    assert refusal(answer) == (409, "wrong-state", [("wrong-state", "/items/0", "S8.3")])


@pytest.mark.parametrize(
    ("terms", "code", "pointer", "clause"),
    [
        ({"funds_confirmed_doc": ""}, "funds-not-confirmed", "funds_confirmed_doc", "R590.12"),
        ({"funds_confirmed_doc": "  "}, "funds-not-confirmed", "funds_confirmed_doc", "R590.12"),
        ({"starts_on": "2021-03-31"}, "period-in-past", "starts_on", "S8.3"),
        ({"ends_on": "2021-04-08"}, "period-reversed", "ends_on", "S8.3"),
        ({"tiers": list(reversed(TERMS["tiers"]))}, "tier-gap", "tiers/0/from_day", "S8.7"),
    ],
)  # fmt: skip
async def test_terms_that_are_refused(
    acts: Acts, terms: dict[str, Any], code: str, pointer: str, clause: str
) -> None:
    """R590.12: no signing period before the money is there; S8.3, S8.7: nor with bad terms."""
    programmes = await acts.opened(2)
    items = keys(programmes, **TERMS)
    items[1] |= terms
    answer = await acts.post("signing-periods", {"items": items})
    status, name, reasons = refusal(answer)
    assert (status, name) == (422, "period-refused")
    assert (code, f"/items/1/{pointer}", clause) in reasons
    assert not any(where.startswith("/items/0/") for _, where, _ in reasons)
    assert len(await acts.items("programmes", state="opened")) == 2
    assert len(await acts.office.events()) == 2


async def test_every_field_of_the_terms_is_bounded(acts: Acts) -> None:
    programmes = await acts.opened()
    refused: list[dict[str, Any]] = [
        {"unit_price_yuan": "0.00"},
        {"unit_price_yuan": 5200.5},
        {"tiers": []},
        {"moving_fee_yuan": "-1.00"},
        {"pay_within_days": 0},
        {"tiers": [{**TERMS["tiers"][0], "kind": "lottery"}]},
        {"signing_no": 1},
    ]
    for terms in refused:
        answer = await acts.announce(programmes, **terms)
        assert (answer.status_code, answer.json()["code"]) == (422, "fields-invalid"), terms


async def test_the_period_closes_the_day_after_its_last(acts: Acts) -> None:
    """R590.26: the event tells how many go on to the government's decision."""
    programme = await acts.signing(ends_on="2021-05-20")
    contracts = await acts.drafted(programme, 3)
    await acts.signed(contracts[:1])
    acts.office.clock.move_to(april(30).replace(month=5, day=20))
    assert await acts.office.run_jobs() == {"close-signing-periods": 0}
    acts.office.clock.move_to(april(30).replace(month=5, day=21))
    assert await acts.office.run_jobs() == {"close-signing-periods": 1}
    assert await acts.office.run_jobs() == {"close-signing-periods": 0}
    (shown,) = await acts.items("programmes", state="closed")
    assert (shown["state_label"], shown["actions"]) == ("签约期届满", [])
    told = [e.event for e in await acts.office.events()][-1]
    assert isinstance(told, ProgrammeSigningClosed)
    assert (told.signed, told.unsigned) == (1, 2)


async def test_another_region_does_not_exist(acts: Acts) -> None:
    programmes = await acts.opened()
    neighbour = Acts.at(acts.office, "220103")
    assert await neighbour.items("programmes") == []
    assert await neighbour.items("programmes", region=REGION) == []
    assert (await neighbour.desk.get(f"/v1/programmes/{programmes[0]['id']}")).status_code == 404
    answer = await neighbour.announce(programmes)
    assert refusal(answer) == (404, "not-found", [("not-found", "/items/0/id", "")])
    city = acts.office.client(Role.CITY, region="220100")
    assert len((await city.get("/v1/programmes")).json()["items"]) == 1
    assert (await city.post("/v1/signing-periods", json={"items": []})).status_code in (403, 422)


async def test_only_the_expropriation_department_announces(acts: Acts) -> None:
    programmes = await acts.opened()
    body = {"items": keys(programmes, **TERMS)}
    answer = await acts.post("signing-periods", body, who=acts.till)
    assert refusal(answer) == (403, "role-required", [])
    shown = (await acts.till.get("/v1/programmes")).json()["items"]
    assert shown[0]["actions"] == []
