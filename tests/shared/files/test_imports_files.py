"""Files from offices: what is read, what is refused, and how fast.

IN.bulk.
"""

import datetime
import io
import time
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import xlsxwriter

from shared.domain.identity import make_resident_id, resident_id
from shared.domain.money import fen
from shared.domain.problems import Problem, Refused, TooLarge
from shared.files.imports import ColumnSpec, read_table
from shared.files.imports.run import parse

COLUMNS = (
    ColumnSpec("name", "申请人姓名", True, str),
    ColumnSpec("id_no", "证件号码", True, lambda text: resident_id(text).number),
    ColumnSpec("income", "家庭月收入(元)", True, fen),
    ColumnSpec("area", "现住房面积（㎡）", False, str),
)
HEADER = ["申请人姓名", "证件号码", "家庭月收入(元)", "现住房面积(㎡)"]
GOOD = ["张三", "220102198506170011", "1200.50", "21.5"]


def csv(*rows: Sequence[str], encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    return end.join(",".join(row) for row in rows).encode(encoding)


def xlsx(*rows: Sequence[Any], before: Callable[[Any], None] | None = None) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        if before:
            before(book)
        sheet = book.add_worksheet("名单")
        sheet.activate()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for line, row in enumerate(rows):
            for at, value in enumerate(row):
                if isinstance(value, datetime.date):
                    sheet.write_datetime(line, at, value, day)
                else:
                    sheet.write(line, at, value)
    return buffer.getvalue()


def code_of(name: str, content: bytes) -> str:
    with pytest.raises(Problem) as caught:
        read_table(name, content, COLUMNS)
    return caught.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_csv_encodings_and_line_ends(encoding: str, end: str) -> None:
    table = read_table("名单.csv", csv(HEADER, GOOD, GOOD, encoding=encoding, end=end), COLUMNS)
    assert table.rows[0] == {
        "name": "张三", "id_no": "220102198506170011", "income": "1200.50", "area": "21.5"
    }  # fmt: skip
    assert table.lines == [2, 3]
    assert parse(table, COLUMNS)[1] == []


def test_columns_may_be_reordered_added_or_left_out() -> None:
    content = csv(["区县名单", "", ""], ["备注", *HEADER[2::-1]], ["x", *GOOD[2::-1]], ["", "", ""])
    table = read_table("a.csv", content, COLUMNS)
    assert table.rows == [
        {"name": "张三", "id_no": "220102198506170011", "income": "1200.50", "area": ""}
    ]
    assert table.lines == [3]


def test_quoted_newlines_keep_the_line_numbers() -> None:
    text = f'{",".join(HEADER)}\n"张\n三",{",".join(GOOD[1:])}\n\n{",".join(GOOD)}\n'
    table = read_table("a.csv", text.encode(), COLUMNS)
    assert table.lines == [2, 5]
    assert table.rows[0]["name"] == "张 三"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"\0\0\r\n", "file-empty"),
        (csv(HEADER), "file-empty"),
        (csv(HEADER[:2], GOOD[:2]), "header-missing"),
        (csv([*HEADER, "证件号码"], [*GOOD, "x"]), "header-repeated"),
        (csv(HEADER, GOOD, encoding="utf-16"), "file-encoding"),
        (b"\x81\xff\xff\x00,\xfe", "file-encoding"),
        (",".join(HEADER).encode() + b'\n"a,b', "file-damaged"),
        (csv(HEADER, ["甲" * 40_000, *GOOD[1:]]), "file-damaged"),
        (csv([*HEADER, *("x" for _ in range(100))], GOOD), "too-many-columns"),
        (csv(HEADER, *([GOOD] * 50_001)), "too-many-rows"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "file-kind"),
    ],
)
def test_refused_csv(content: bytes, code: str) -> None:
    assert code_of("a.csv", content) == code


def test_the_name_must_agree_with_the_content() -> None:
    assert code_of("a.xlsx", csv(HEADER, GOOD)) == "file-name"
    assert code_of("a.csv", xlsx(HEADER, GOOD)) == "file-name"
    assert code_of("a.exe", csv(HEADER, GOOD)) == "file-name"


def test_a_file_over_the_limit_is_too_large() -> None:
    with pytest.raises(TooLarge, match="file-too-large"):
        read_table("a.csv", b"x" * (20 * 1024 * 1024 + 1), COLUMNS)


def test_xlsx_cells() -> None:
    content = xlsx(
        ["吉林省名单"],
        HEADER,
        ["张三", "220102198506170011", 1200.5, 21],
        ["李四", "220102198506170011", 3000, datetime.date(2021, 4, 1)],
        [],
        ["王五", 220102198506170011, 3000, True],
    )
    table = read_table("名单.XLSX", content, COLUMNS)
    assert [row["income"] for row in table.rows] == ["1200.5", "3000", "3000"]
    assert [row["area"] for row in table.rows] == ["21", "2021-04-01", "是"]
    assert table.lines == [3, 4, 6]
    good, rejected = parse(table, COLUMNS)
    assert [row["row"] for row in good] == [3, 4]
    assert [(e.row, e.column, e.code) for e in rejected] == [(6, "证件号码", "digits-lost")]


def test_a_hidden_sheet_is_not_read() -> None:
    def hide(book: Any) -> None:
        sheet = book.add_worksheet("隐藏")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["藏", *GOOD[1:]])
        sheet.hide()

    table = read_table("a.xlsx", xlsx(HEADER, GOOD, before=hide), COLUMNS)
    assert [row["name"] for row in table.rows] == ["张三"]


def test_bad_packages_are_refused() -> None:
    def packed(files: dict[str, bytes]) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
            for name, data in files.items():
                target.writestr(name, data)
        return buffer.getvalue()

    good = xlsx(HEADER, GOOD)
    assert code_of("a.xlsx", good[: len(good) // 2]) == "file-damaged"
    assert code_of("a.xlsx", packed({"a.txt": b"x"})) == "file-kind"
    assert code_of("a.xlsx", packed({"xl/workbook.xml": b"\0" * 30_000_000})) == "file-bomb"
    macro = {"xl/workbook.xml": b"<workbook/>", "xl/vbaProject.bin": b"x"}
    assert code_of("a.xlsx", packed(macro)) == "file-kind"
    assert code_of("a.xlsx", packed({"xl/workbook.xml": b"<workbook/>"})) == "file-damaged"
    many = {"xl/workbook.xml": b"", **{f"x{n}": b"" for n in range(2_001)}}
    assert code_of("a.xlsx", packed(many)) == "file-bomb"


def test_every_reason_of_every_row_is_told_without_the_value() -> None:
    bad = ["", "220102198506170012", "1e3", "\x01"]
    table = read_table("a.csv", csv(HEADER, GOOD, bad), COLUMNS)
    good, rejected = parse(table, COLUMNS)
    assert len(good) == 1
    assert {(e.row, e.code) for e in rejected} == {
        (3, code) for code in ("money-form", "control-character", "missing", "resident-id-checksum")
    }
    assert not any("220102198506170012" in e.detail for e in rejected)


def test_three_thousand_rows_take_less_than_a_second() -> None:
    numbers = [
        make_resident_id("220102", datetime.date(1970, 1, 1 + n % 28), n % 999 + 1)
        for n in range(3_000)
    ]
    content = csv(HEADER, *(["张三", number, "1200.50", "21.5"] for number in numbers))
    began = time.perf_counter()
    good, rejected = parse(read_table("a.csv", content, COLUMNS), COLUMNS)
    assert time.perf_counter() - began < 1.0
    assert (len(good), rejected) == (3_000, [])


def test_a_parser_that_fails_is_a_row_error() -> None:
    columns = (ColumnSpec("n", "户数", True, int),)
    table = read_table("a.csv", csv(["户数"], ["十"]), columns)
    assert [e.code for e in parse(table, columns)[1]] == ["form"]
    with pytest.raises(Refused, match="header-missing"):
        read_table("a.csv", csv(["套数"], ["1"]), columns)


@pytest.mark.parametrize("bad", ["\x01", "a\u202eb", "\u200b", "\ue000", "\ufeff甲"])
def test_invisible_characters_are_refused(bad: str) -> None:
    columns = (ColumnSpec("n", "名称", True, str),)
    table = read_table("a.csv", csv(["名称"], ["甲\u3000乙𠮷"], [f"x{bad}"]), columns)
    assert table.rows[0]["n"] == "甲\u3000乙𠮷"
    assert [(e.row, e.code) for e in table.bad] == [(3, "control-character")]
