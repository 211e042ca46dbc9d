"""Builds bulletin.docx, the template that docxtpl fills: page, styles, red head and footer.

Run `python -m services.supervision.bulletin.printing.templates.build` after a change.
Fonts are those of government offices (方正小标宋, 仿宋, 黑体); Word substitutes missing ones.
"""

from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from services.supervision.bulletin.printing.archive import fixed

TARGET = Path(__file__).parent / "bulletin.docx"
BODY, TITLE, HEADING = "仿宋_GB2312", "方正小标宋简体", "黑体"
CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
RED = RGBColor(0xC8, 0x10, 0x2E)


def _face(run: Any, font: str, size: float, *, bold: bool = False) -> None:
    run.font.name, run.font.size, run.font.bold = "Times New Roman", Pt(size), bold
    run.font.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _line(document: Any, text: str, font: str = BODY, size: float = 16, **look: Any) -> Paragraph:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    _face(run, font, size, bold=look.get("bold", False))
    if "color" in look:
        run.font.color.rgb = look["color"]
    form = paragraph.paragraph_format
    form.space_before, form.space_after = Pt(look.get("before", 0)), Pt(look.get("after", 0))
    if look.get("line", 28):
        form.line_spacing = Pt(look.get("line", 28))
    if "indent" in look:
        form.first_line_indent = Pt(look["indent"])
    form.keep_with_next = look.get("keep", False)
    paragraph.alignment = look.get("align")
    return paragraph  # type: ignore[no-any-return]


def _field(paragraph: Paragraph, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        run = paragraph.add_run()
        _face(run, "宋体", 14)
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run.font.element.append(part)


def _rule(paragraph: Paragraph) -> None:
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "16"), ("space", "6"), ("color", "C8102E")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph.paragraph_format.element.get_or_add_pPr().append(borders)


def _table(document: Any) -> None:
    rows = (
        ("{%tr if true %}",),
        ("{%tc for column in t.table.columns %}", "{{ header(column) }}", "{%tc endfor %}"),
        ("{%tr endif %}",),
        ("{%tr for row in t.table.rows %}",),
        ("{%tc for cell in row %}", "{{ cell }}", "{%tc endfor %}"),
        ("{%tr endfor %}",),
    )
    table = document.add_table(rows=len(rows), cols=3)
    table.style, table.alignment, table.autofit = "Table Grid", 1, True
    for line, texts in enumerate(rows):
        for place, text in enumerate(texts):
            paragraph = table.cell(line, place).paragraphs[0]
            _face(paragraph.add_run(text), HEADING if line == 1 else "宋体", 9)
            paragraph.alignment = CENTRE
    mark = OxmlElement("w:tblHeader")
    row = table.cell(1, 0).paragraphs[0].paragraph_format.element.getparent().getparent()
    row.get_or_add_trPr().append(mark)


def build() -> None:
    """Write the template."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    footer = section.footer.paragraphs[0]
    footer.alignment = CENTRE
    for text in ("— ", None, " —"):
        if text is None:
            _field(footer, "PAGE")
        else:
            _face(footer.add_run(text), "宋体", 14)
    _line(document, "{{ d.issuer }}", TITLE, 25, color=RED, align=CENTRE, line=None, after=18)
    _rule(_line(document, "{{ d.document_no }}", align=CENTRE, after=24))
    _line(document, "{{ d.title }}", TITLE, 22, align=CENTRE, line=32, after=18)
    _line(document, "{{ d.addressees }}：")
    _line(document, "{%p for text in d.opening %}")
    _line(document, "{{ text }}", indent=32)
    _line(document, "{%p endfor %}")
    _line(document, "{%p for s in layout.sections %}")
    _line(document, "{{ s.heading }}", HEADING, indent=32, before=8, keep=True)
    _line(document, "{%p for text in s.paragraphs %}")
    _line(document, "{{ text }}", indent=32)
    _line(document, "{%p endfor %}")
    _line(document, "{%p endfor %}")
    _line(document, "{{ d.issuer }}", align=RIGHT, before=36)
    date = _line(document, "{{ d.issued_on }}", align=RIGHT)
    date.paragraph_format.right_indent = Pt(64)
    _line(document, "{%p for t in layout.tables %}")
    caption = _line(
        document,
        "{{ t.label }}　{{ t.table.caption }}",
        HEADING,
        12,
        align=CENTRE,
        after=6,
        keep=True,
    )
    caption.paragraph_format.page_break_before = True
    _table(document)
    _line(document, "{%p endfor %}")
    core = document.core_properties
    core.author, core.title, core.comments = "", "", ""
    document.save(str(TARGET))
    TARGET.write_bytes(fixed(TARGET.read_bytes(), (1980, 1, 1, 0, 0, 0)))


if __name__ == "__main__":
    build()
