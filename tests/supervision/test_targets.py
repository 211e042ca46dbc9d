"""S0.3: annual targets of the 49 units come from the province's table."""

from decimal import Decimal

import pytest

from deploy.demo.ledgers import targets
from deploy.demo.world import units
from services.supervision.target.rules import unit_code, wan_in_fen, whole
from shared.contracts.supervision import AnnualTargetSet
from shared.domain.problems import Refused
from shared.domain.roles import Role
from tests.acting import keyed, listed
from tests.conftest import OpenOffice
from tests.supervision.acts import send_table, table


@pytest.mark.parametrize(
    ("written", "fen"),
    [("0", 0), ("0.01", 10_000), ("5,000", 5_000_000_000), (" 12.5 ", 12_500_000)],
)
def test_money_in_wan_is_kept_in_fen(written: str, fen: int) -> None:
    assert wan_in_fen(written) == fen


@pytest.mark.parametrize("written", ["-1", "约三千", "NaN", "Infinity", "1e9", "0.0000001", ""])
def test_what_is_no_amount_is_refused(written: str) -> None:
    with pytest.raises(Refused, match="not-an-amount"):
        wan_in_fen(written)


@pytest.mark.parametrize("written", ["1.5", "-1", "１２", "十", "1234567890"])
def test_a_task_is_a_whole_number(written: str) -> None:
    assert whole("1,200") == Decimal(1200)
    with pytest.raises(Refused, match="not-a-whole-number"):
        whole(written)


@pytest.mark.parametrize("code", ["220102", "220000", "220381", "110000", ""])
def test_only_the_49_units_have_targets(code: str) -> None:
    """S0.2: a district, the province, a former code and a foreign code are refused."""
    assert unit_code(" 220184 ") == "220184"
    with pytest.raises(Refused) as refusal:
        unit_code(code)
    assert refusal.value.clause == "S0.2"


async def test_the_same_file_twice_changes_nothing(open_office: OpenOffice) -> None:
    """S0.3: 49 units, four indicators; each target is told once."""
    office = await open_office("supervision")
    file = targets(units())
    first, again = await send_table(office, file), await send_table(office, file)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.json()["accepted_rows"], first.json()["repeated"]) == (49, False)
    assert (again.json()["accepted_rows"], again.json()["repeated"]) == (49, True)
    told = await office.events()
    assert len(told) == 49 * 4
    assert {type(one.event) for one in told} == {AnnualTargetSet}
    province = office.client(Role.PROVINCE, region="220000")
    assert len(await listed(province, "/v1/targets", limit=100)) == 49 * 4


async def test_a_new_table_revises_only_what_differs(open_office: OpenOffice) -> None:
    office = await open_office("supervision")
    await send_table(office, table({"220100": (1000, 100, 20, 5000)}))
    answer = await send_table(office, table({"220100": (1200, 100, 20, 5000)}))
    assert answer.status_code == 201
    told = [one for one in await office.events() if one.version == 2]
    assert [str(one.event.value) for one in told] == ["1200"]  # type: ignore[attr-defined]
    city = office.client(Role.CITY, region="220100")
    found = {t["indicator"]: t for t in await listed(city, "/v1/targets")}
    assert found["started-units"]["value"] == "1200"
    assert found["started-units"]["version"] == 2
    assert found["invested-fen"]["value"] == "50000000.00"
    assert found["invested-fen"]["version"] == 1
    assert found["subsidy-households"]["clause"] == "S2.12"
    assert found["overdue-resettled-households"]["clause"] == "S9.3c"


async def test_bad_rows_refuse_the_file_unless_the_good_ones_are_wanted(
    open_office: OpenOffice,
) -> None:
    office = await open_office("supervision")
    file = table(
        {
            "220100": (1000, 100, 20, 5000),
            "220102": (1, 1, 1, 1),
            "220200": (500, 50, 10, 2500),
            "220300": (300, 30, 5, 1000),
        },
        {"220200": "四平市", "220102": "南关区"},
    )
    refused = await send_table(office, file)
    assert refused.status_code == 422
    assert refused.json()["code"] == "import-rejected"
    assert {(r["row"], r["code"]) for r in refused.json()["rejected"]} >= {
        (4, "not-a-reporting-unit")
    }
    assert await office.events() == []
    partly = await send_table(office, file, partial="true")
    assert partly.status_code == 201
    assert partly.json()["accepted_rows"] == 2
    assert [(r["row"], r["code"]) for r in partly.json()["rejected"]] == [
        (4, "not-a-reporting-unit"),
        (5, "name-differs"),
    ]


async def test_only_the_province_sets_targets_and_a_city_sees_its_own(
    open_office: OpenOffice,
) -> None:
    office = await open_office("supervision")
    content = table({"220100": (1000, 100, 20, 5000), "220200": (500, 50, 10, 2500)})
    refused = await send_table(office, content, role=Role.CITY, region="220100")
    assert (refused.status_code, refused.json()["code"]) == (403, "role-required")
    assert (await send_table(office, content)).status_code == 201
    other = office.client(Role.CITY, region="220200")
    assert {t["region"] for t in await listed(other, "/v1/targets")} == {"220200"}
    assert await listed(other, "/v1/targets", year=2022) == []


async def test_a_table_without_a_column_is_refused(open_office: OpenOffice) -> None:
    office = await open_office("supervision")
    client = office.client(Role.PROVINCE, region="220000")
    files = {"file": ("目标任务.csv", "单位代码,单位名称\n220100,长春市\n".encode())}
    answer = await client.post("/v1/target-imports", files=files, headers=keyed())
    assert (answer.status_code, answer.json()["code"]) == (422, "header-missing")
    assert "年度开工任务" in answer.json()["detail"]
