"""Seeded people are found nowhere in plain: rows, events, logs, metrics, errors, answers, URLs."""

import csv
import io

from deploy.demo import ledgers
from deploy.demo.world import HOUSEHOLD_COLUMNS
from shared.domain.roles import Role
from tests.acting import keyed
from tests.applications.rooms.application import household
from tests.expropriation.acts import planned
from tests.expropriation.rooms import contract
from tests.privacy.listening import ACCOUNT, MEMBER, NAME, NUMBER, OTHER, PHONE, listening
from tests.projects.rooms.overdue import overdue_rows
from tests.shared.post import as_owner
from tests.world.world import Thing
from tests.world.worlds import Worlds


async def test_a_household_is_nowhere_in_plain(worlds: Worlds) -> None:
    async with listening(worlds, "applications") as (world, _):
        region = "220102"
        home = {
            **household([Thing("", "", 0, region)]),
            "name": NAME, "id_no": NUMBER, "phone": PHONE, "members": [MEMBER],
        }  # fmt: skip
        street = world.client(Role.STREET, region)
        key = keyed()
        for _ in range(2):  # the second answer comes from the kept one
            answer = await street.post("/v1/applications", json=home, headers=key)
            assert answer.status_code == 201
        made = answer.json()
        for bad in (
            {**home, "id_no": NUMBER[:-1] + "0"}, {**home, "phone": PHONE + "1"},
            {**home, NAME: NUMBER}, {**home, "mode": NAME}, {**home, "members": [NUMBER, NUMBER]},
            {**home, "household_size": NUMBER}, home, [NAME, NUMBER],
        ):  # fmt: skip
            answer = await street.post("/v1/applications", json=bad, headers=keyed())
            assert 400 <= answer.status_code < 500
        await street.get("/v1/applications", params={"cursor": NUMBER, "region": PHONE})
        row = [
            NAME,
            NUMBER,
            PHONE,
            region,
            "是",
            "C13",
            "2",
            "1500",
            "20.5",
            "租赁补贴",
            "是",
            MEMBER,
        ]
        rows = [row, [*row[:1], NUMBER[:-1] + "0", *row[2:]], [*row[:5], OTHER, *row[6:]]]
        file = ledgers.text_csv(HOUSEHOLD_COLUMNS, rows, "utf-8-sig")
        answer = await street.post(
            "/v1/household-imports", files={"file": ("台账.csv", file)},
            params={"region": region, "partial": "true"}, headers=keyed(),
        )  # fmt: skip
        assert answer.status_code == 201
        path = f"/v1/applications/{made['id']}"
        shown = await street.post(f"{path}/unmaskings", json={"purpose": "入户前电话预约"})
        assert (shown.json()["name"], shown.json()["members"]) == (NAME, [MEMBER])
        await street.get(path)
        await street.get("/v1/applications", params={"limit": 200})
        notice = world.of("application/notice1", region)[-1]
        neighbour = world.client(Role.APPLICANT, "220202", "somebody")
        answer = await neighbour.post(
            f"/v1/applications/{notice.id}/objections",
            json={"text": f"{OTHER}，电话{PHONE}，证件{MEMBER}"}, headers=keyed(),
        )  # fmt: skip
        assert answer.status_code == 201
        await world.office.client().get("/v1/public-notices")


async def test_an_account_is_nowhere_in_plain(worlds: Worlds) -> None:
    async with listening(worlds, "subsidy") as (world, _):
        grant = world.of("grant/calculated", "220102")[0]
        item = {"id": grant.id, "version": grant.version, "account_no": ACCOUNT,
                "account_name": NAME}  # fmt: skip
        city = world.client(Role.CITY, "220100")
        for bad in ({**item, "account_no": ACCOUNT + "x"}, {**item, NAME: ACCOUNT}, [ACCOUNT]):
            answer = await city.post("/v1/agreements", json={"items": [bad]}, headers=keyed())
            assert answer.status_code == 422
        key = keyed()
        for _ in range(2):
            answer = await city.post("/v1/agreements", json={"items": [item]}, headers=key)
            assert answer.status_code == 200
        purpose = {"purpose": "核对银行退回账号"}
        shown = await city.post(f"/v1/grants/{grant.id}/unmaskings", json=purpose, headers=keyed())
        assert shown.json() == {"account_no": ACCOUNT, "account_name": NAME}
        await city.get("/v1/grants", params={"limit": 200})
        await city.get(f"/v1/grants/{grant.id}")
        sent = world.of("batch/sent", "220100")[0]
        rows = [(sent.more["number"], ACCOUNT, NAME, ACCOUNT), (ACCOUNT, "1.00", "失败", NAME)]
        file = ledgers.text_csv(("支付编号", "金额(元)", "结果", "失败原因"), rows, "gb18030")
        finance = world.client(Role.FINANCE, "220100")
        answer = await finance.post(
            f"/v1/batches/{sent.id}/bank-return", files={"file": ("回单.csv", file)}
        )
        assert answer.status_code in (200, 422)
        exported = await finance.get(f"/v1/batches/{sent.id}/payment-file")
        assert len(list(csv.reader(io.StringIO(exported.text)))) > 1


async def test_an_owner_and_a_responsible_person_are_nowhere_in_plain(worlds: Worlds) -> None:
    async with listening(worlds, "expropriation") as (world, _):
        (programme,) = world.of("programme/signing", "220102")
        home = {**contract.home("220102", 90), "owner_name": NAME, "owner_id_no": NUMBER,
                "phone": PHONE}  # fmt: skip
        desk = world.client(Role.EXPROPRIATION, "220102")
        for bad in ({**home, "owner_id_no": NUMBER[:-1] + "0"}, {**home, "mode": NAME}, home):
            body = {"programme_id": programme.id, "items": [bad]}
            answer = await desk.post("/v1/contract-drafts", json=body, headers=keyed())
        made = answer.json()["items"][0]
        for path in (f"/v1/contracts/{made['id']}", "/v1/contracts?limit=200"):
            await desk.get(path)
        shown = await desk.post(
            f"/v1/contracts/{made['id']}/unmaskings", json={"purpose": "核对产权证明"},
            headers=keyed(),
        )  # fmt: skip
        assert shown.json()["owner_id_no"] == NUMBER
        await world.office.deliver([planned("220102")])
    async with listening(worlds, "projects") as (world, _):
        rows = [(*row[:7], NAME, *row[8:]) for row in overdue_rows("220102", 2, 70)]
        file = ("台账.xlsx", ledgers.xlsx("台账", ledgers.OVERDUE_COLUMNS, rows))
        await world.upload(Role.CITY, "220102", "/v1/overdue-imports", file)
        case = (await world.listed(Role.PROVINCE, "/v1/overdue-cases", region="220102"))[-1]
        shown = await world.client(Role.CITY, "220102").post(
            f"/v1/overdue-cases/{case['id']}/unmaskings", json={"purpose": "电话核实"},
            headers=keyed(),
        )  # fmt: skip
        assert shown.json() == {"responsible_person": NAME}


async def test_a_fault_tells_nothing_of_the_request(worlds: Worlds) -> None:
    """The database fails and quotes what it was given: 500 and a log line, both without it."""
    quote = f"RAISE EXCEPTION 'Failing row contains ({NAME}, {NUMBER}, {PHONE})'"
    function = "CREATE FUNCTION quote() RETURNS trigger LANGUAGE plpgsql AS"
    trigger = "CREATE TRIGGER quote BEFORE INSERT ON contract EXECUTE FUNCTION quote()"
    async with listening(worlds, "expropriation") as (world, ears):
        (programme,) = world.of("programme/signing", "220102")
        await as_owner(world.office, f"{function} $$ BEGIN {quote}; END $$", trigger)
        home = {**contract.home("220102", 90), "owner_name": NAME, "owner_id_no": NUMBER}
        answer = await world.client(Role.EXPROPRIATION, "220102").post(
            "/v1/contract-drafts", json={"programme_id": programme.id, "items": [home]},
            headers=keyed(),
        )  # fmt: skip
        assert answer.status_code == 500
        assert '"fault"' in ears.log.getvalue()
