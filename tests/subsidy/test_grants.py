"""Grants: opened by approval, waiting in sight, adjusted, stopped, accounts masked."""

from datetime import date

from sqlalchemy import select, text

from shared.commands.audit import audit_log
from shared.commands.outbox import outbox
from shared.contracts.subsidy import GrantAdjusted, GrantHeld, GrantOpened, GrantStopped
from shared.domain.identity import make_card_no
from shared.domain.roles import Role
from tests.acting import codes, done, listed, post, province
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.subsidy.acts import agreements, approval, calculated, city, finance, publish, signed


async def at(office: Office, day: str) -> None:
    """Nine in the morning of a day, after its jobs."""
    office.clock.move_to(date.fromisoformat(day))
    await office.run_jobs()


async def test_approval_delivered_twice_opens_one_grant(open_office: OpenOffice) -> None:
    """S1.3: a grant is opened by the approval for subsidy, once; a unit approval opens none."""
    office = await open_office("subsidy")
    await publish(office)
    batch = await office.deliver([approval(), approval(mode="unit"), approval(region="220381")])
    await office.deliver(batch)
    first = batch[0]
    await office.deliver([(first.event, first.subject, first.version)])
    grants = await listed(province(office), "/v1/grants")
    assert {(g["region"], g["state"]) for g in grants} == {
        ("220102", "calculated"),
        ("220184", "requested"),
    }
    assert len(grants) == 2


async def test_the_amount_can_be_worked_out_again(open_office: OpenOffice) -> None:
    """J281: the grant keeps every term with its document and the result of reworking it."""
    office = await open_office("subsidy")
    await publish(office)
    (grant,) = await calculated(office, tier="low")
    answer = await city(office, "220102").get(f"/v1/grants/{grant['id']}")
    (amount,) = answer.json()["amounts"]
    assert (amount["monthly_yuan"], amount["reworked_yuan"]) == ("131.60", "131.60")
    assert (amount["from_month"], amount["document_no"]) == ("2021-04", "长政办发〔2020〕11号")
    assert {"term": "coefficient", "label": "分档系数", "value": "0.8",
            "source": "长政办发〔2020〕11号"} in amount["steps"]  # fmt: skip
    other = await city(office, "220104").get(f"/v1/grants/{grant['id']}")
    assert other.status_code == 404
    assert await listed(city(office, "220104"), "/v1/grants") == []


async def test_without_a_standard_the_grant_waits_in_sight(open_office: OpenOffice) -> None:
    """S2.5: an approved household is not lost while its city has no standard yet."""
    office = await open_office("subsidy")
    (grant,) = await calculated(office)
    assert (grant["state"], grant["hold"]) == ("requested", "no-standard")
    assert grant["hold_label"] == "当地没有生效的补贴标准"
    await publish(office, effective_from="2021-05-01")
    await at(office, "2021-04-30")
    assert (await listed(city(office), "/v1/grants", state="requested"))[0]["id"] == grant["id"]
    await at(office, "2021-05-01")
    (grant,) = await listed(city(office), "/v1/grants", state="calculated")
    assert (grant["monthly_yuan"], grant["hold"]) == ("164.50", "")
    detail = (await city(office).get(f"/v1/grants/{grant['id']}")).json()
    assert detail["amounts"][0]["from_month"] == "2021-05"
    held, opened = await office.events()
    assert isinstance(held.event, GrantHeld)
    assert isinstance(opened.event, GrantOpened)
    assert (held.version, opened.version) == (1, 2)
    assert await office.run_jobs() == {"adjust-grants": 0, "calculate-waiting-grants": 0}


async def test_a_household_has_one_grant_in_the_whole_province(open_office: OpenOffice) -> None:
    """S1.3: the second approval waits until the first grant is stopped by a person."""
    office = await open_office("subsidy")
    await publish(office)
    await publish(office, region="220200")
    await office.deliver([approval(household="h1"), approval(household="h1", region="220202")])
    (first,) = await listed(province(office), "/v1/grants", state="calculated")
    (second,) = await listed(province(office), "/v1/grants", state="requested")
    assert second["hold"] == "household-has-grant"
    assert (await office.run_jobs())["calculate-waiting-grants"] == 0
    body = {"reason_code": "moved-away", "opinion": "已迁往外地。", "changed_on": "2021-03-20"}
    path = f"/v1/grants/{first['id']}/stop"
    stopped = await done(city(office, first["region"]), path, body, first["version"])
    assert (stopped["state"], stopped["stop_month"]) == ("stopped", "2021-04")
    assert (await office.run_jobs())["calculate-waiting-grants"] == 1
    (now,) = await listed(province(office), "/v1/grants", state="calculated")
    assert now["id"] == second["id"]


async def test_an_amount_of_nought_waits_for_a_person(open_office: OpenOffice) -> None:
    """S2.5: a machine does not refuse; a person stops the grant with an opinion, or a new
    standard makes it payable.
    """
    office = await open_office("subsidy")
    await publish(office)
    (grant,) = await calculated(office, own="45.00")
    assert (grant["state"], grant["hold"], grant["monthly_yuan"]) == (
        "requested", "no-amount", "0.00",
    )  # fmt: skip
    await publish(office, effective_from="2021-05-01", per_capita_sqm="16.00")
    await at(office, "2021-05-01")
    (grant,) = await listed(province(office), "/v1/grants")
    assert (grant["state"], grant["monthly_yuan"]) == ("calculated", "21.00")


async def test_new_standards_adjust_grants_from_their_months(open_office: OpenOffice) -> None:
    """J281: every month keeps the amount of its own standard, also when days were missed."""
    office = await open_office("subsidy")
    await publish(office)
    (grant,) = await signed(office)
    for day, price in (("2021-07-01", "8.00"), ("2021-08-01", "9.00")):
        await publish(office, effective_from=day, unit_price_yuan=price, document_no=f"新文{price}")
    await at(office, "2021-06-30")
    assert (await listed(province(office), "/v1/grants"))[0]["monthly_yuan"] == "164.50"
    await at(office, "2021-08-02")
    detail = (await city(office).get(f"/v1/grants/{grant['id']}")).json()
    assert [(a["from_month"], a["monthly_yuan"], a["document_no"]) for a in detail["amounts"]] == [
        ("2021-04", "164.50", "长政办发〔2020〕11号"),
        ("2021-07", "188.00", "新文8.00"),
        ("2021-08", "211.50", "新文9.00"),
    ]
    event = (await office.events())[-1]
    assert isinstance(event.event, GrantAdjusted)
    assert (event.event.monthly_fen, event.version) == (21_150, 4)


async def test_stopping_needs_a_reason_an_opinion_and_the_version(open_office: OpenOffice) -> None:
    """S1.3: a person stops the grant, from the month after the change."""
    office = await open_office("subsidy")
    await publish(office)
    (grant,) = await signed(office)
    path = f"/v1/grants/{grant['id']}/stop"
    body = {"reason_code": "home-obtained", "opinion": "已购房。", "changed_on": "2021-04-01"}
    client = city(office)
    assert (await post(client, path, body)).status_code == 428
    assert (await post(client, path, body, 9)).status_code == 412
    tomorrow = await post(client, path, {**body, "changed_on": "2021-04-02"}, grant["version"])
    assert codes(tomorrow) == [("change-in-future", "/changed_on")]
    silent = await post(client, path, {**body, "opinion": ""}, grant["version"])
    assert silent.status_code == 422
    assert (await post(finance(office), path, body, grant["version"])).status_code == 403
    assert (await post(city(office, "220200"), path, body, grant["version"])).status_code == 404
    stopped = await done(client, path, body, grant["version"])
    assert (stopped["stop_month"], stopped["stop_label"]) == ("2021-05", "取得自有住房")
    again = await post(client, path, body, stopped["version"])
    assert (again.status_code, again.json()["code"]) == (409, "wrong-state")
    last = (await office.events())[-1].event
    assert isinstance(last, GrantStopped)
    assert (last.from_month, last.reason_code) == ("2021-05", "home-obtained")


async def test_agreements_are_signed_together_or_not_at_all(open_office: OpenOffice) -> None:
    """J281: every reason with its place in the list; nothing is signed when one is refused."""
    office = await open_office("subsidy")
    await publish(office, cap_at_rent=True)
    grants = await calculated(office, 3)
    body = agreements(grants, rent_yuan="150.00")
    body["items"][0]["account_no"] = "12345abc"
    del body["items"][2]["rent_yuan"]
    refused = await post(city(office), "/v1/agreements", body)
    assert (refused.status_code, refused.json()["clause"]) == (422, "J281")
    assert codes(refused) == [
        ("bank-account", "/items/0/account_no"),
        ("rent-missing", "/items/2/rent_yuan"),
    ]
    assert "12345abc" not in refused.text
    assert len(await listed(city(office), "/v1/grants", state="calculated")) == 3
    stale = agreements([{**grants[0], "version": 5}], rent_yuan="1.00")
    assert (await post(city(office), "/v1/agreements", stale)).status_code == 412
    good = agreements(grants, rent_yuan="150.00")
    assert (await post(city(office, "220104"), "/v1/agreements", good)).status_code == 404
    moved = await done(city(office, "220102"), "/v1/agreements", good)
    assert [one["state"] for one in moved["items"]] == ["signed"] * 3
    shown = await listed(city(office), "/v1/grants", state="signed")
    assert [g["monthly_yuan"] for g in shown] == ["150.00"] * 3
    assert [g["agreement_no"] for g in shown] == [f"BT-220102-2021-{n:07d}" for n in (1, 2, 3)]
    twice = await post(city(office), "/v1/agreements", agreements(shown, rent_yuan="1.00"))
    assert (twice.status_code, len(twice.json()["errors"])) == (409, 3)


async def test_accounts_are_masked_and_every_look_is_kept(open_office: OpenOffice) -> None:
    """PIPL.51: the plain account needs a post and a purpose, and is nowhere else to be found."""
    office = await open_office("subsidy")
    await publish(office)
    (grant,) = await signed(office)
    account = make_card_no("622202222010200000")
    assert grant["account"] == "****0009"
    path = f"/v1/grants/{grant['id']}/unmaskings"
    assert (await post(city(office), path, {"purpose": ""})).status_code == 422
    street = office.client(Role.STREET, region="220102")
    assert (await post(street, path, {"purpose": "核对账号"})).status_code == 403
    assert (await post(city(office, "220200"), path, {"purpose": "核对账号"})).status_code == 404
    plain = await done(finance(office), path, {"purpose": "核对账号"})
    assert plain == {"account_no": account, "account_name": "户主本人"}
    async with office.sessions() as session:
        seen = await session.execute(select(audit_log).where(audit_log.c.action == "unmask"))
        (row,) = seen.all()
        assert (row.actor_sub, row.reason, str(row.object_id)) == (
            "treasurer", "核对账号", grant["id"],
        )  # fmt: skip
        told = " ".join((await session.execute(select(outbox.c.data))).scalars())
        kept = str((await session.execute(text("SELECT * FROM audit_log"))).all())
        answers = b" ".join((await session.execute(text("SELECT body FROM idempotency"))).scalars())
        sealed = bytes(
            (await session.execute(text("SELECT number_sealed FROM account"))).scalar_one()
        )
    for secret in (account, "户主本人"):
        assert secret not in told
        assert secret not in kept
        assert secret.encode() not in answers
        assert secret.encode() not in sealed
