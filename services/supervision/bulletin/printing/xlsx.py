"""The bulletin as a workbook: an overview and one sheet per table, figures as numbers."""

import re
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from services.supervision.bulletin.document import Document
from services.supervision.bulletin.printing.layout import NumberedTable, arrange, header, issued_at

_NUMBER = re.compile(r"-?\d{1,15}(\.\d+)?(%?)")
_FONT = {"font_name": "宋体", "font_size": 11}


class _Formats:
    """Cell formats, made once each."""

    def __init__(self, book: Any) -> None:
        self._book, self._made = book, dict[str, Any]()

    def __call__(self, name: str, **look: Any) -> Any:
        if name not in self._made:
            self._made[name] = self._book.add_format(_FONT | look)
        return self._made[name]

    def number(self, places: int, *, percent: bool) -> Any:
        """A figure with as many places as it was printed with."""
        shape = "0" + ("." + "0" * places if places else "") + ("%" if percent else "")
        return self(shape, border=1, num_format=shape, align="right")


def _width(texts: list[str]) -> int:
    longest = max(sum(2 if ord(c) > 255 else 1 for c in text) for text in texts)
    return min(60, max(8, longest + 2))


def _cell(sheet: Any, formats: _Formats, row: int, column: int, text: str, numeric: bool) -> None:
    found = _NUMBER.fullmatch(text) if numeric else None
    if found is None:
        look = (
            formats("centre", border=1, align="center")
            if numeric
            else formats("text", border=1, num_format="@", text_wrap=True, valign="top")
        )
        sheet.write_string(row, column, text, look)
        return
    percent = bool(found[2])
    places = len(text.rstrip("%").partition(".")[2])
    value = Decimal(text.rstrip("%"))
    sheet.write_number(
        row, column, value / 100 if percent else value, formats.number(places, percent=percent)
    )


def _sheet(book: Any, formats: _Formats, numbered: NumberedTable, document: Document) -> None:
    table = numbered.table
    sheet = book.add_worksheet(f"{numbered.label} {table.caption}"[:31])
    title = f"{numbered.label}　{table.caption}"
    last = max(1, len(table.columns) - 1)
    sheet.merge_range(
        0, 0, 0, last, title, formats("title", bold=True, align="center", font_size=14)
    )
    sheet.merge_range(
        1, 0, 1, last, f"数据截至：{document.data_as_of}", formats("note", align="right")
    )
    look = formats(
        "head",
        bold=True,
        border=1,
        align="center",
        valign="vcenter",
        text_wrap=True,
        bg_color="#F2DCDB",
    )
    for place, column in enumerate(table.columns):
        sheet.write_string(2, place, header(column), look)
        texts = [header(column), *(row[place] for row in table.rows)]
        sheet.set_column(place, place, _width(texts))
    for line, row in enumerate(table.rows, start=3):
        for place, (column, text) in enumerate(zip(table.columns, row, strict=True)):
            _cell(sheet, formats, line, place, text, column.numeric)
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(2)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C— &P —")


def _overview(book: Any, formats: _Formats, document: Document) -> None:
    layout = arrange(document)
    sheet = book.add_worksheet("通报")
    sheet.set_column(0, 0, 110)
    sheet.hide_gridlines(2)
    red = formats("issuer", bold=True, font_color="#C00000", font_size=22, align="center")
    heading = formats("heading", bold=True, font_size=12)
    plain = formats("paragraph", text_wrap=True, valign="top")
    centre, right = formats("number", align="center"), formats("note", align="right")
    lines = [
        (document.issuer, red),
        (document.document_no, centre),
        (document.title, formats("subject", bold=True, align="center", font_size=16)),
        (f"{document.addressees}：", plain),
    ]
    lines += [(text, plain) for text in document.opening]
    for section in layout.sections:
        lines += [(section.heading, heading), *((text, plain) for text in section.paragraphs)]
    lines += [(document.issuer, right), (document.issued_on, right)]
    for row, (text, look) in enumerate(lines):
        sheet.write_string(row, 0, text, look)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C— &P —")


def xlsx(document: Document) -> bytes:
    """The workbook; its time stamps are the day of issue."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        at = issued_at(document).replace(tzinfo=None)
        book.set_properties({"title": document.title, "author": document.issuer, "created": at})
        formats = _Formats(book)
        _overview(book, formats, document)
        for numbered in arrange(document).tables:
            _sheet(book, formats, numbered, document)
    return out.getvalue()
