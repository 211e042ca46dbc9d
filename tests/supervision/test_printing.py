"""S11.2: one bulletin in six forms, equal figures, the same bytes each time, nothing fetched."""

import json as plain_json
import re
import zipfile
from csv import reader
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from docx import Document as Word
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from services.supervision.bulletin import compose
from services.supervision.bulletin.forms import FORMS
from services.supervision.bulletin.printing import PRINTERS
from services.supervision.bulletin.printing.archive import fixed
from services.supervision.bulletin.printing.charts import FONTS, start_rates
from services.supervision.bulletin.printing.glyphs import covered, missing, printable
from services.supervision.bulletin.printing.layout import arrange, header, issued_at
from shared.domain import region_table
from shared.files.formula_guard import safe
from tests.supervision.printed import document

DOCUMENT = document()
LAYOUT = arrange(DOCUMENT)
SQUEEZE = re.compile(r"\s+")


@cache
def printed(name: str) -> bytes:
    """The bulletin in one of its forms."""
    return PRINTERS[name](DOCUMENT)


@cache
def pages() -> list[str]:
    """The text of each page."""
    return [page.extract_text() for page in PdfReader(BytesIO(printed("pdf"))).pages]


def squeezed(text: str) -> str:
    return SQUEEZE.sub("", text)


def characters(font: str) -> set[int]:
    return set(TTFont(FONTS / font).getBestCmap() or ())


def rows_of(numbered_code: str) -> list[list[str]]:
    table = next(t.table for t in LAYOUT.tables if t.code == numbered_code)
    return [[header(c) for c in table.columns], *(list(row) for row in table.rows)]


def unescaped(page: str) -> str:
    for name, sign in (
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&#34;", '"'),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ):
        page = page.replace(name, sign)
    return page


@pytest.mark.parametrize("name", PRINTERS)
def test_the_same_bulletin_gives_the_same_bytes(name: str) -> None:
    assert PRINTERS[name](document()) == printed(name)


def test_html_has_every_figure_of_every_table() -> None:
    page = printed("html").decode()
    for numbered in LAYOUT.tables:
        found = re.search(rf'<table id="{numbered.code}">(.*?)</table>', page, re.DOTALL)
        assert found is not None
        cells = [
            [unescaped(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
            for row in re.findall(r"<tr>(.*?)</tr>", found[1], re.DOTALL)
        ]
        assert cells == rows_of(numbered.code)


def test_word_has_every_figure_of_every_table() -> None:
    tables = Word(BytesIO(printed("docx"))).tables
    assert len(tables) == len(LAYOUT.tables)
    for table, numbered in zip(tables, LAYOUT.tables, strict=True):
        cells = [[cell.text for cell in row.cells] for row in table.rows]
        assert cells == rows_of(numbered.code)


def test_the_workbook_has_every_figure_as_a_number() -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(printed("xlsx")))
    assert len(book.sheet_names) == len(LAYOUT.tables) + 1
    for name, numbered in zip(book.sheet_names[1:], LAYOUT.tables, strict=True):
        lines = book.get_sheet_by_name(name).to_python()[2:]
        expected = rows_of(numbered.code)
        assert lines[0][: len(expected[0])] == expected[0]
        for line, texts in zip(lines[1:], expected[1:], strict=True):
            for value, text, column in zip(line, texts, numbered.table.columns, strict=False):
                if not column.numeric or text == "—":
                    assert value == text
                    continue
                figure = float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
                assert value == pytest.approx(figure, rel=1e-12)


def test_csv_has_every_figure_and_opens_in_excel() -> None:
    assert printed("csv").startswith(b"\xef\xbb\xbf")
    lines = list(reader(StringIO(printed("csv").decode("utf-8-sig"), newline="")))
    values: dict[str, list[str]] = {}
    for line in lines[1:]:
        values.setdefault(line[1], []).append(line[7])
    for numbered in LAYOUT.tables:
        columns = numbered.table.columns
        name = next(n for n, column in enumerate(columns) if not column.numeric)
        expected = [v for row in numbered.table.rows for n, v in enumerate(row) if n != name]
        assert values[numbered.label] == expected


@pytest.mark.parametrize(
    ("text", "written"),
    [("=1+1", "'=1+1"), ("@x", "'@x"), ("-3.50", "-3.50"), ("—", "—"), ("长春市", "长春市")],
)
def test_no_csv_cell_is_a_formula(text: str, written: str) -> None:
    assert safe(text) == written


def test_json_is_the_document_itself() -> None:
    assert plain_json.loads(printed("json")) == DOCUMENT.model_dump(mode="json")


def test_pdf_has_every_figure_and_paragraph() -> None:
    whole = squeezed("".join(pages()))
    words = set(re.split(r"\s", " ".join(pages())))
    for numbered in LAYOUT.tables:
        assert squeezed(f"{numbered.label}{numbered.table.caption}") in whole
        for row in numbered.table.rows:
            for cell in row:
                assert cell in words or squeezed(cell) in whole, (numbered.label, cell)
    assert squeezed(DOCUMENT.title) in whole
    for number, page in enumerate(pages(), start=1):
        assert f"—{number}—" in squeezed(page)


@pytest.mark.parametrize("name", ["html", "docx", "pdf"])
def test_every_form_for_readers_carries_head_proof_and_method(name: str) -> None:
    if name == "html":
        text = unescaped(re.sub(r"<[^>]+>", "", printed("html").decode()))
    elif name == "docx":
        word = Word(BytesIO(printed("docx")))
        text = "".join(p.text for p in word.paragraphs)
        text += "".join(cell.text for row in word.tables[-1].rows for cell in row.cells)
    else:
        text = "".join(pages())
    text = squeezed(text)
    for part in (DOCUMENT.issuer, DOCUMENT.document_no, DOCUMENT.title, DOCUMENT.addressees,
                 DOCUMENT.issued_on, DOCUMENT.data_as_of, DOCUMENT.digest, "4901"):  # fmt: skip
        assert squeezed(part) in text
    if name != "pdf":
        for paragraph in (*DOCUMENT.opening, *DOCUMENT.method, *DOCUMENT.topics[0].paragraphs):
            assert squeezed(paragraph) in text


def test_the_schematic_says_that_it_is_no_map() -> None:
    assert "区位示意（非地图）" in printed("html").decode()
    assert "区位示意（非地图）" in squeezed("".join(pages()))


def test_the_page_fetches_nothing() -> None:
    page = printed("html").decode()
    assert not re.search(r"(https?:)?//[a-z]", page)
    assert not re.search(r"<(script|link|img|iframe|object)\b|@import|url\((?!#)", page)


def test_words_of_officials_are_never_markup() -> None:
    page = printed("html").decode()
    assert "<b>“引号”</b>" not in page
    assert "&lt;b&gt;“引号”&lt;/b&gt;" in page


def test_office_files_are_dated_on_the_day_of_issue() -> None:
    at = issued_at(DOCUMENT)
    with zipfile.ZipFile(BytesIO(printed("docx"))) as packed:
        assert {entry.date_time[:3] for entry in packed.infolist()} == {(2021, 5, 6)}
        assert f"{at:%Y-%m-%dT%H:%M:%SZ}" in packed.read("docProps/core.xml").decode()
        assert "— " in packed.read("word/footer1.xml").decode()
    assert fixed(printed("docx"), (2021, 5, 6, 4, 0, 0)) == printed("docx")


def test_the_fonts_have_every_character_that_a_bulletin_needs() -> None:
    source = Path(compose.__file__).parent
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(source.rglob("*.py")))
    names = Path(region_table.__file__).read_text(encoding="utf-8")
    assert missing(text + names + DOCUMENT.model_dump_json()) == []
    for file in ("serif-bold.otf", "sans-regular.otf"):
        cmap = characters(file)
        needed = {c for c in names + DOCUMENT.title + DOCUMENT.issuer if c > " "}
        assert {c for c in needed if ord(c) not in cmap} == set()


def test_the_list_of_characters_is_that_of_the_body_font() -> None:
    assert covered() == characters("serif-regular.otf")


def test_the_fonts_are_small_enough_and_licensed() -> None:
    assert sum(file.stat().st_size for file in FONTS.iterdir() if file.is_file()) < 20 * 1024**2
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text(encoding="utf-8")


def test_a_character_that_the_font_lacks_is_named() -> None:
    rare = document(missing_reports=("𠮷林市",))
    shown = printable(rare)
    assert shown.missing_reports == ("〓林市",)
    assert "U+20BB7" in shown.method[-1]
    assert PRINTERS["pdf"](rare) != printed("pdf")
    assert "𠮷林市" in PRINTERS["html"](rare).decode()


def test_the_chart_shows_the_printed_rates() -> None:
    drawn = start_rates(DOCUMENT)
    for unit, rate in DOCUMENT.start_rates:
        assert f">{unit}<" in drawn
        assert f">{rate}<" in drawn


def test_a_month_without_targets_alerts_or_corrections_prints() -> None:
    bare = document(
        start_rates=(), tiles=(), restatements=(), missing_reports=(),
        alerts=DOCUMENT.alerts.model_copy(update={"rows": ()}),
    )  # fmt: skip
    for printer in PRINTERS.values():
        assert printer(bare)
    assert "本期没有尚未解除的预警事项。" in PRINTERS["html"](bare).decode()


def test_file_names_carry_the_month() -> None:
    assert FORMS["pdf"].file_name(DOCUMENT.month) == "吉林省住房保障和棚改通报_2021-04.pdf"
