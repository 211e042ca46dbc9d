"""One month of one unit, from the standard to the closed batch (S2.9, S2.12)."""

from shared.contracts.subsidy import (
    BatchGenerated,
    GrantOpened,
    GrantSigned,
    PaymentFailed,
    PaymentPaid,
    PaymentReissued,
    PaymentStateChanged,
)
from shared.domain.identity import make_card_no
from tests.acting import done, listed, province
from tests.conftest import OpenOffice
from tests.subsidy.acts import (
    approval,
    checker,
    city,
    finance,
    made,
    publish,
    returned,
    shown,
    signed,
    through,
)


async def test_a_month_from_approval_to_closing(open_office: OpenOffice) -> None:
    """S2.9, S2.12, J281: every approved household is paid once, what failed goes out again."""
    office = await open_office("subsidy")
    await publish(office)
    grants = await signed(office, 5) + await signed(office, 3, region="220104")
    assert {grant["first_month"] for grant in grants} == {"2021-04"}
    batch = await made(office)
    assert (batch["lines"], batch["total_yuan"], batch["state"]) == (8, "1316.00", "generated")
    batch = await returned(office, await through(office, batch), failing=4)
    assert (batch["state"], batch["paid_lines"], batch["failed_lines"]) == ("reconciled", 6, 2)
    failed = await listed(province(office), "/v1/payments", state="failed")
    body = {
        "items": [
            {
                "id": p["id"],
                "version": p["version"],
                "account_no": make_card_no(f"622848040{n:09d}"),
            }
            for n, p in enumerate(failed)
        ]
    }
    fresh = await done(city(office), f"/v1/batches/{batch['id']}/reissues", body)
    assert (fresh["lines"], fresh["total_yuan"], fresh["kind"]) == (2, "329.00", "reissue")
    fresh = await returned(office, await through(office, fresh))
    assert fresh["state"] == "reconciled"
    for one in (batch, fresh):
        now = (await shown(office, one))["version"]
        closed = await done(finance(office), f"/v1/batches/{one['id']}/closing", {}, now)
        assert closed["state"] == "closed"
    payments = await listed(province(office), "/v1/payments")
    paid = [p for p in payments if p["state"] == "paid"]
    assert len({p["grant_id"] for p in paid}) == len(paid) == 8
    assert sorted(p["state"] for p in payments if p["state"] != "paid") == ["replaced"] * 2


async def test_the_events_of_the_month(open_office: OpenOffice) -> None:
    """S2.9: what was paid can be counted from the events alone; versions begin at 1, no gap."""
    office = await open_office("subsidy")
    await publish(office)
    await signed(office, 4)
    batch = await returned(office, await through(office, await made(office)), failing=4)
    (failed,) = await listed(province(office), "/v1/payments", state="failed")
    body = {
        "items": [
            {"id": failed["id"], "version": failed["version"], "account_no": "6228480400000000002"}
        ]
    }
    fresh = await done(city(office), f"/v1/batches/{batch['id']}/reissues", body)
    await returned(office, await through(office, fresh))
    events = await office.events()
    versions: dict[object, list[int]] = {}
    for one in events:
        versions.setdefault(one.subject, []).append(one.version)
    assert all(seen == list(range(1, len(seen) + 1)) for seen in versions.values())
    told = [type(one.event) for one in events]
    for kind, count in (
        (GrantOpened, 4), (GrantSigned, 4), (BatchGenerated, 2), (PaymentPaid, 4),
        (PaymentFailed, 1), (PaymentStateChanged, 1), (PaymentReissued, 1),
    ):  # fmt: skip
        assert told.count(kind) == count, kind
    paid = [one.event for one in events if isinstance(one.event, PaymentPaid)]
    assert sum(event.amount_fen for event in paid) == 4 * 16_450
    assert {event.month for event in paid} == {"2021-04"}
    reissue = next(one.event for one in events if isinstance(one.event, PaymentReissued))
    assert str(reissue.replaces) == failed["id"]


async def test_progress_counts_households_once_and_shows_who_waits(open_office: OpenOffice) -> None:
    """S2.12, S2.5: the task is due on 30 November; 低保 and 低收入 households without pay show."""
    office = await open_office("subsidy")
    await publish(office)
    await signed(office, 2)
    await office.deliver([approval(tier="minimum"), approval(tier="middle")])
    await returned(office, await through(office, await made(office)))
    answer = (await province(office).get("/v1/task-progress")).json()
    assert (answer["due_on"], answer["days_left"], len(answer["items"])) == ("2021-11-30", 243, 49)
    mine = answer["items"][0]
    assert (mine["unit"], mine["signed"], mine["unserved"]) == ("220100", 2, 1)
    assert (mine["households_paid"], mine["payments"], mine["paid_yuan"]) == (2, 2, "329.00")
    others = await checker(office, "220184").get("/v1/task-progress")
    assert {item["unit"] for item in others.json()["items"]} == {"220184"}
