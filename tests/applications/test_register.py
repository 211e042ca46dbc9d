"""The register of households: an office's file comes in row by row (S2.1, S2.3, O11.8)."""

from deploy.demo import ledgers
from deploy.demo.world import HOUSEHOLD_COLUMNS
from shared.domain.roles import Role
from tests.acting import REGION, codes, household, keyed, person_at
from tests.applications.month import listed, register, rows_of, send_register, submitted
from tests.conftest import OpenOffice


async def test_bad_rows_come_back_and_good_rows_go_on(open_office: OpenOffice) -> None:
    """S2.1: a wrong check digit, an unknown category, an income in words, each with its column."""
    office = await open_office("applications")
    answer = await send_register(office, ledgers.households(REGION, 20, spoiled=True))
    assert answer.status_code == 201
    report = answer.json()
    assert (report["total_rows"], report["accepted_rows"]) == (23, 20)
    assert [(one["row"], one["column"], one["code"]) for one in report["rejected"]] == [
        (3, "证件号码", "resident-id-checksum"),
        (4, "保障对象类别", "category-unknown"),
        (5, "家庭月收入(元)", "money-form"),
    ]
    assert len(await listed(office, "submitted")) == 20
    assert len(await office.events()) == 20


async def test_the_same_file_twice_changes_nothing(open_office: OpenOffice) -> None:
    """S2.3: offices send a file again when they are unsure; it counts once."""
    office = await open_office("applications")
    content = ledgers.households(REGION, 3)
    assert (await send_register(office, content)).json()["repeated"] is False
    again = (await send_register(office, content)).json()
    assert (again["repeated"], again["accepted_rows"]) == (True, 3)
    assert len(await listed(office, "submitted")) == 3


async def test_registers_come_in_the_encodings_of_offices(open_office: OpenOffice) -> None:
    """S2.3: Chinese office software writes GB18030 or UTF-8, with or without a mark."""
    office = await open_office("applications")
    rows = rows_of(count=6)
    for number, encoding in enumerate(("gb18030", "utf-8", "utf-8-sig")):
        content = register(rows[2 * number : 2 * number + 2], encoding)
        report = (await send_register(office, content)).json()
        assert (report["accepted_rows"], report["rejected"]) == (2, []), encoding
    names = {one["applicant_name"][0] for one in await listed(office, "submitted")}
    assert names <= {row[0][0] for row in rows}


async def test_without_partial_one_bad_row_refuses_the_file(open_office: OpenOffice) -> None:
    """O11.8: nothing is kept, the office corrects its file."""
    office = await open_office("applications")
    rows = rows_of(count=3)
    rows[1][10] = "否"
    answer = await send_register(office, register(rows), partial=False)
    assert (answer.status_code, answer.json()["code"]) == (422, "import-rejected")
    assert [(e["row"], e["column"], e["code"]) for e in answer.json()["rejected"]] == [
        (3, "同意核查", "consent-missing")
    ]
    assert await listed(office, "submitted") == []


async def test_a_person_stands_in_one_household_of_the_register(open_office: OpenOffice) -> None:
    """S1.3: the second household of the same person comes back, in this file and in the next."""
    office = await open_office("applications")
    rows = rows_of(count=3)
    rows[1][1] = rows[0][1]
    report = (await send_register(office, register(rows))).json()
    assert [(e["row"], e["column"], e["code"]) for e in report["rejected"]] == [
        (3, "证件号码", "household-repeated")
    ]
    elsewhere = (await send_register(office, register(rows[:1]), region="220202")).json()
    assert (2, "证件号码", "household-running") in [
        (e["row"], e["column"], e["code"]) for e in elsewhere["rejected"]
    ]
    assert elsewhere["accepted_rows"] == 0


BAD_CELLS = [
    (2, "12345", "phone"),
    (3, "abc", "region-unknown"),
    (4, "也许", "yes-or-no"),
    (5, "、", "category-missing"),
    (6, "0", "household-size"),
    (7, "-5", "money-form"),
    (8, "12.345", "area-form"),
    (9, "买房", "mode-unknown"),
    (11, "123", "resident-id-form"),
]


async def test_a_cell_that_cannot_be_read_is_told_by_its_column(open_office: OpenOffice) -> None:
    """O11.8: what is wrong is told at once, with line and column, without the cell's content."""
    office = await open_office("applications")
    rows = rows_of(count=len(BAD_CELLS) + 1)
    for row, (column, value, _) in zip(rows, BAD_CELLS, strict=False):
        row[column] = value
    answer = await send_register(office, register(rows))
    assert [(e["row"], e["column"], e["code"]) for e in answer.json()["rejected"]] == [
        (line, HOUSEHOLD_COLUMNS[column], code)
        for line, (column, _, code) in enumerate(BAD_CELLS, start=2)
    ]
    assert answer.json()["accepted_rows"] == 1
    assert "买房" not in answer.text


async def test_an_office_sends_only_its_own_register(open_office: OpenOffice) -> None:
    """S2.3: another region's register is refused, and a city with districts keeps no files."""
    office = await open_office("applications")
    street = person_at(office, Role.STREET)
    other = await street.post(
        "/v1/household-imports",
        params={"region": "220103"},
        files={"file": ("a.csv", register(rows_of()))},
    )
    assert (other.status_code, other.json()["code"]) == (403, "region-outside")
    city = await send_register(office, register(rows_of()), region="220100")
    assert (city.status_code, city.json()["code"]) == (422, "not-an-office")


async def test_one_household_is_refused_with_every_reason(open_office: OpenOffice) -> None:
    """S2.1 O11.8: what cannot be read first, then what speaks against the file as a whole."""
    office = await open_office("applications")
    street = person_at(office, Role.STREET)
    unread = household(id_no="110105194912310021", categories=["C13", "C99"], phone="1234567x")
    answer = await street.post("/v1/applications", json=unread, headers=keyed())
    assert answer.status_code == 422
    assert codes(answer) == [
        ("category-unknown", "/categories/1"),
        ("resident-id-checksum", "/id_no"),
        ("phone", "/phone"),
    ]
    assert "110105194912310021" not in answer.text

    wrong = household(consent=False, household_size=1, members=["11010519491231002X"])
    answer = await street.post("/v1/applications", json=wrong, headers=keyed())
    assert set(codes(answer)) >= {
        ("consent-missing", "/consent"),
        ("member-repeated", "/members"),
        ("more-members-than-size", "/household_size"),
    }
    assert {one["clause"] for one in answer.json()["errors"]} == {"O11.8"}


async def test_a_household_applies_once_in_the_province(open_office: OpenOffice) -> None:
    """S1.3: a member of a running household cannot apply elsewhere; the answer names nobody."""
    office = await open_office("applications")
    await submitted(office)
    again = household(region="220202", id_no="220102198506170011", members=[])
    answer = await person_at(office, Role.STREET, region="220202").post(
        "/v1/applications", json=again, headers=keyed()
    )
    assert (answer.status_code, answer.json()["clause"]) == (422, "S1.3")
    assert codes(answer) == [("household-running", "/id_no")]


async def test_a_submission_needs_a_key_and_counts_once(open_office: OpenOffice) -> None:
    """S2.3: a double click makes one application."""
    office = await open_office("applications")
    street = person_at(office, Role.STREET)
    bare = await street.post("/v1/applications", json=household())
    assert (bare.status_code, bare.json()["code"]) == (400, "key-required")
    headers = keyed()
    first = await street.post("/v1/applications", json=household(), headers=headers)
    second = await street.post("/v1/applications", json=household(), headers=headers)
    assert first.json()["id"] == second.json()["id"]
    assert len(await listed(office, "submitted")) == 1
