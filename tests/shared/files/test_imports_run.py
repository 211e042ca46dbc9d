"""A file is taken whole or in part, once, in one transaction."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, func, select

from shared.commands.spec import ServiceSpec
from shared.domain.problems import Refused
from shared.files.imports import IMPORTS, ColumnSpec, ImportReport, RowError, import_file
from tests.conftest import OpenOffice
from tests.harness import Office

COLUMNS = (ColumnSpec("n", "户数", True, int), ColumnSpec("note", "备注", False, str))
GOOD = "户数,备注\n1,甲\n2,\n".encode()
MIXED = "户数,备注\n1,甲\n秘密,\n".encode()


@pytest.fixture
async def office(open_office: OpenOffice, tmp_path: Path) -> Office:
    return await open_office(
        ServiceSpec("intake", "导入", "", 0, (), MetaData(), (), (), (), tmp_path)
    )


class Desk:
    """Somebody who uploads files and sees which rows arrive."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.applied: list[list[dict[str, Any]]] = []
        self.not_taken: list[RowError] = []

    async def apply(self, rows: list[dict[str, Any]]) -> Sequence[RowError]:
        self.applied.append(rows)
        await asyncio.sleep(0.05)
        return self.not_taken

    async def upload(
        self, content: bytes, *, name: str = "a.csv", partial: bool = False
    ) -> ImportReport:
        call = await self.office.call()
        async with call.session.begin():
            return await import_file(
                call, "counts", name, content, COLUMNS, self.apply, partial=partial
            )

    async def kept(self) -> int:
        async with self.office.sessions() as session:
            return (await session.execute(select(func.count()).select_from(IMPORTS))).scalar_one()


async def test_a_good_file_is_applied_with_values_and_lines(office: Office) -> None:
    desk = Desk(office)
    report = await desk.upload(GOOD, name="..\\目录/人员\x07.csv")
    assert desk.applied == [[{"row": 2, "n": 1, "note": "甲"}, {"row": 3, "n": 2, "note": None}]]
    assert (report.total_rows, report.accepted_rows, report.rejected) == (2, 2, [])
    assert report.applied
    assert report.file_name == "人员.csv"


async def test_the_same_file_is_taken_once_even_at_the_same_time(office: Office) -> None:
    desk = Desk(office)
    found = await asyncio.gather(*(desk.upload(GOOD) for _ in range(3)))
    again = await desk.upload(GOOD, name="b.csv")
    assert len(desk.applied) == 1
    assert sorted(report.repeated for report in found) == [False, True, True]
    assert again.repeated
    assert {report.import_id for report in (*found, again)} == {found[0].import_id}


async def test_one_bad_row_refuses_the_whole_file_and_keeps_nothing(office: Office) -> None:
    desk = Desk(office)
    with pytest.raises(Refused) as caught:
        await desk.upload(MIXED)
    assert caught.value.code == "import-rejected"
    assert caught.value.extra["total_rows"] == 2
    assert caught.value.extra["rejected"] == [
        {"row": 3, "column": "户数", "code": "form", "detail": "格式不正确。"}
    ]
    assert desk.applied == []
    assert await desk.kept() == 0


async def test_in_part_the_good_rows_are_applied_and_the_bad_ones_listed(office: Office) -> None:
    desk = Desk(office)
    report = await desk.upload(MIXED, partial=True)
    assert [row["n"] for row in desk.applied[0]] == [1]
    assert (report.total_rows, report.accepted_rows, report.applied) == (2, 1, True)
    assert [error.row for error in report.rejected] == [3]
    assert "秘密" not in report.model_dump_json()


async def test_rows_that_the_command_does_not_take_count_as_rejected(office: Office) -> None:
    desk = Desk(office)
    desk.not_taken = [RowError(row=2, column="户数", code="known", detail="已登记。")]
    with pytest.raises(Refused, match="import-rejected"):
        await desk.upload(GOOD)
    report = await desk.upload(GOOD, partial=True)
    assert (report.accepted_rows, [error.code for error in report.rejected]) == (1, ["known"])


async def test_a_file_without_a_good_row_is_not_applied(office: Office) -> None:
    desk = Desk(office)
    report = await desk.upload("户数\n甲\n".encode(), partial=True)
    assert (report.applied, report.accepted_rows, desk.applied) == (False, 0, [])


async def test_a_failing_command_leaves_no_trace(office: Office) -> None:
    desk = Desk(office)

    async def fail(rows: list[dict[str, Any]]) -> None:
        raise Refused("rule", "规则不允许。")

    call = await office.call()
    with pytest.raises(Refused, match="rule"):
        async with call.session.begin():
            await import_file(call, "counts", "a.csv", GOOD, COLUMNS, fail, partial=True)
    assert await desk.kept() == 0
