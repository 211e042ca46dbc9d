"""The bank: the file that goes out, the file that comes back, and payments that go out again.

IN.money.
"""

import pytest
from sqlalchemy import select, text

from shared.commands.audit import audit_log
from shared.contracts.subsidy import PaymentFailed, PaymentStateChanged
from shared.domain.identity import make_card_no
from shared.domain.roles import Role
from tests.acting import codes, done, listed, post, province
from tests.conftest import OpenOffice
from tests.subsidy.acts import (
    bank_file,
    checker,
    city,
    finance,
    lines_of,
    made,
    publish,
    return_file,
    returned,
    send_back,
    sent,
    shown,
    signed,
    through,
)


async def test_the_payment_file_is_for_finance_and_leaves_a_trace(open_office: OpenOffice) -> None:
    """PIPL.51: accounts leave in plain text once approved, to finance, and it is kept who read."""
    office = await open_office("subsidy")
    await publish(office)
    await signed(office, 2)
    batch = await made(office)
    path = f"/v1/batches/{batch['id']}/payment-file"
    early = await finance(office).get(path)
    assert (early.status_code, early.json()["code"]) == (409, "wrong-state")
    await through(office, batch)
    answer = await finance(office).get(path)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    first, second = lines_of(answer.content)
    assert first == {
        "支付编号": f"{batch['number']}-000001", "区划": "220102", "月份": "2021-04",
        "收款账号": make_card_no("622202222010200000"), "户名": "户主本人", "金额(元)": "164.50",
    }  # fmt: skip
    assert second["收款账号"] == make_card_no("622202222010200001")
    for stranger in (city(office), office.client(Role.AUDITOR, region="220000")):
        assert (await stranger.get(path)).status_code == 403
    assert (await finance(office, "220200").get(path)).status_code == 404
    async with office.sessions() as session:
        rows = await session.execute(select(audit_log).where(audit_log.c.action == "unmask"))
        (row,) = rows.all()
    assert (row.actor_sub, str(row.object_id)) == ("treasurer", batch["id"])
    assert row.reason == f"导出支付文件 {batch['number']}，2 笔"


async def test_the_same_return_file_twice_changes_nothing(open_office: OpenOffice) -> None:
    """S2.9: the second upload answers as the first, marked as repeated."""
    office = await open_office("subsidy")
    batch = await sent(office, 3)
    content = await bank_file(office, batch, failing=3)
    first = (await send_back(office, batch, content)).json()
    after = await shown(office, batch)
    again = (await send_back(office, batch, content)).json()
    assert (first["accepted_rows"], first["repeated"], again["repeated"]) == (3, False, True)
    assert await shown(office, batch) == after
    assert (after["state"], after["paid_yuan"], after["failed_yuan"]) == (
        "reconciled", "329.00", "164.50",
    )  # fmt: skip
    (failed,) = await listed(province(office), "/v1/payments", state="failed")
    assert (failed["failure_code"], failed["failure_label"]) == (
        "account-name-mismatch", "账号与户名不符",
    )  # fmt: skip
    told = [one.event for one in await office.events() if isinstance(one.event, PaymentFailed)]
    assert [event.reason_code for event in told] == ["account-name-mismatch"]


async def test_lines_that_do_not_fit_come_back(open_office: OpenOffice) -> None:
    """S2.9: a wrong amount, an unknown or doubled number, an unknown result are not taken; the
    batch waits for the rest, and what was said before may be said again.
    """
    office = await open_office("subsidy")
    batch = await sent(office, 4)
    one, two, three, four = (f"{batch['number']}-00000{n}" for n in (1, 2, 3, 4))
    content = return_file([
        (one, "164.50", "成功", ""), (two, "164.51", "成功", ""), (three, "164.50", "成功", ""),
        (three, "164.50", "失败", "已销户"),
        ("PC-220100-2021-9999999-000001", "164.50", "成功", ""),
        (four, "164.50", "在途", ""),
    ])  # fmt: skip
    report = (await send_back(office, batch, content)).json()
    assert [(r["row"], r["code"]) for r in report["rejected"]] == [
        (3, "amount-mismatch"), (4, "repeated"), (5, "repeated"), (6, "payment-unknown"),
        (7, "result-unknown"),
    ]  # fmt: skip
    now = await shown(office, batch)
    assert (now["state"], now["paid_lines"], now["version"]) == ("sent", 1, batch["version"] + 1)
    content = return_file([
        (one, "164.50", "成功", ""), (two, "164.50", "失败", "该户已销户"),
        (three, "164.50", "成功", ""), (four, "164.50", "成功", ""),
    ])  # fmt: skip
    assert (await send_back(office, batch, content)).json()["accepted_rows"] == 4
    now = await shown(office, batch)
    assert (now["state"], now["paid_lines"], now["failed_lines"]) == ("reconciled", 3, 1)
    late = return_file([(one, "164.50", "失败", "")])
    refused = await send_back(office, batch, late)
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong-state")


async def test_who_may_hand_in_a_return_and_for_which_batch(open_office: OpenOffice) -> None:
    """S2.9: finance of the unit, for a batch that is with the bank."""
    office = await open_office("subsidy")
    await publish(office)
    await signed(office)
    batch = await made(office)
    content = return_file([(f"{batch['number']}-000001", "164.50", "成功", "")])
    early = await send_back(office, batch, content)
    assert (early.status_code, early.json()["code"]) == (409, "wrong-state")
    path, file = f"/v1/batches/{batch['id']}/bank-return", {"file": ("回单.csv", content)}
    assert (await city(office).post(path, files=file)).status_code == 403
    assert (await finance(office, "220200").post(path, files=file)).status_code == 404
    await through(office, batch)
    assert (await send_back(office, batch, content)).json()["repeated"] is False
    assert (await shown(office, batch))["state"] == "reconciled"


async def test_a_reissue_needs_failed_payments_of_the_batch(open_office: OpenOffice) -> None:
    """S2.9, S1.3: every reason at once; nothing goes out when one is refused."""
    office = await open_office("subsidy")
    batch = await returned(office, await sent(office, 3), failing=2)
    (failed,) = await listed(province(office), "/v1/payments", state="failed")
    paid = await listed(province(office), "/v1/payments", state="paid")
    path = f"/v1/batches/{batch['id']}/reissues"

    def body(*payments: dict[str, object], account: str = "6228480400000000002") -> object:
        return {
            "items": [
                {"id": p["id"], "version": p["version"], "account_no": account} for p in payments
            ]
        }

    wrong = await post(city(office), path, body(failed, paid[0]))
    assert (wrong.status_code, codes(wrong)) == (409, [("wrong-state", "/items/1")])
    bad = await post(city(office), path, body(failed, account="12345678x"))
    assert codes(bad) == [("bank-account", "/items/0/account_no")]
    mistyped = await post(city(office), path, body(failed, account="6228480400000000003"))
    assert codes(mistyped) == [("bank-card-checksum", "/items/0/account_no")]
    assert (await post(finance(office), path, body(failed))).status_code == 403
    assert (await post(city(office, "220200"), path, body(failed))).status_code == 404
    grant = (await city(office).get(f"/v1/grants/{failed['grant_id']}")).json()
    fresh = await done(city(office), path, body(failed))
    twice = await post(city(office), path, body(failed))
    assert twice.status_code == 412
    other = await post(city(office), f"/v1/batches/{fresh['id']}/reissues", body(failed))
    assert other.json()["code"] == "wrong-state"
    now = (await city(office).get(f"/v1/grants/{failed['grant_id']}")).json()
    assert (grant["account"], now["account"]) == ("****0017", "****0002")
    plain = await done(
        finance(office), f"/v1/grants/{failed['grant_id']}/unmaskings", {"purpose": "核对账号"}
    )
    assert plain == {"account_no": "6228480400000000002", "account_name": "户主本人"}


async def test_a_household_that_was_stopped_is_not_paid_again(open_office: OpenOffice) -> None:
    """S1.3: a failed payment of a month that is no longer due is not issued again."""
    office = await open_office("subsidy")
    batch = await returned(office, await sent(office), failing=1)
    (failed,) = await listed(province(office), "/v1/payments", state="failed")
    stop = {"reason_code": "died", "opinion": "已故。", "changed_on": "2021-03-01"}
    await done(city(office), f"/v1/grants/{failed['grant_id']}/stop", stop, 2)
    item = {"id": failed["id"], "version": 1, "account_no": "6228480400000000002"}
    refused = await post(city(office), f"/v1/batches/{batch['id']}/reissues", {"items": [item]})
    assert codes(refused) == [("no-longer-entitled", "/items/0/id")]


async def test_a_voided_reissue_gives_its_payments_back(open_office: OpenOffice) -> None:
    """S2.9: while a reissue may still be voided its origin stays open; voided, the payments have
    failed again and can be issued once more.
    """
    office = await open_office("subsidy")
    batch = await returned(office, await sent(office, 2), failing=2)
    (failed,) = await listed(province(office), "/v1/payments", state="failed")
    item = {"id": failed["id"], "version": 1, "account_no": "6228480400000000010"}
    path = f"/v1/batches/{batch['id']}"
    fresh = await done(city(office), f"{path}/reissues", {"items": [item]})
    closing = await post(finance(office), f"{path}/closing", {}, batch["version"])
    assert codes(closing) == [("reissues-unsent", "")]
    await done(city(office), f"/v1/batches/{fresh['id']}/voiding", {"reason": "账号填错"}, 1)
    (again,) = await listed(province(office), "/v1/payments", state="failed")
    assert (again["id"], again["version"]) == (failed["id"], 3)
    second = {**item, "version": 3, "account_no": "6228480400000000002"}
    fresh = await done(city(office), f"{path}/reissues", {"items": [second]})
    checked = await done(checker(office), f"/v1/batches/{fresh['id']}/check", {}, 1)
    assert checked["number"] == "PC-220100-2021-0000003"
    moved = [
        e.event.state for e in await office.events() if isinstance(e.event, PaymentStateChanged)
    ]
    assert moved == ["replaced", "cancelled", "failed", "replaced"]


async def test_the_database_refuses_a_second_effective_payment(open_office: OpenOffice) -> None:
    """S1.3: one household, one month, one payment that is pending or paid."""
    office = await open_office("subsidy")
    await returned(office, await sent(office))
    async with office.sessions() as session:
        with pytest.raises(Exception, match="uq_payment_effective_household_month"):
            await session.execute(
                text(
                    "INSERT INTO payment (id, region, state, version, created_on, updated_at,"
                    " number, batch_id, grant_id, household_key, month, amount_fen, amount_id,"
                    " account_id) SELECT gen_random_uuid(), region, 'pending', 0, created_on,"
                    " updated_at, number || 'x', batch_id, grant_id, household_key, month,"
                    " amount_fen, amount_id, account_id FROM payment"
                )
            )
