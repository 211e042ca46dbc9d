"""The bulletin as a red-head document (GB/T 9704 page), set by Typst with our own fonts."""

from json import dumps
from pathlib import Path

import typst

from services.supervision.bulletin.document import Document
from services.supervision.bulletin.printing.charts import DESCRIPTION, FONTS, start_rates
from services.supervision.bulletin.printing.glyphs import printable
from services.supervision.bulletin.printing.layout import (
    TILES_NOTE,
    NumberedTable,
    arrange,
    header,
    issued_at,
)

TEMPLATES = Path(__file__).parent / "templates"


def _table(numbered: NumberedTable) -> dict[str, object]:
    table = numbered.table
    return {
        "title": f"{numbered.label}　{table.caption}",
        "head": [header(column) for column in table.columns],
        "numeric": [column.numeric for column in table.columns],
        "rows": table.rows,
    }


def data(document: Document) -> str:
    """What the Typst template reads, as JSON."""
    layout = arrange(document)
    annexed = [table for section in layout.sections for table in section.tables]
    return dumps(
        {
            "issuer": document.issuer,
            "number": document.document_no,
            "title": document.title,
            "addressees": document.addressees,
            "opening": document.opening,
            "headline": _table(layout.headline),
            "sections": [
                {"heading": s.heading, "paragraphs": s.paragraphs} for s in layout.sections
            ],
            "issued_on": document.issued_on,
            "data_as_of": document.data_as_of,
            "tables": [_table(table) for table in annexed],
            "proof": _table(layout.proof),
            "tiles": [tile.model_dump() for tile in document.tiles],
            "tiles_note": TILES_NOTE,
            "chart_title": DESCRIPTION,
            "has_chart": bool(document.start_rates),
        },
        ensure_ascii=False,
    )


def pdf(document: Document) -> bytes:
    """PDF/A-2b. Characters that the font lacks are printed as 〓 and named in a note."""
    document = printable(document)
    made = typst.compile(
        TEMPLATES / "bulletin.typ",
        root=TEMPLATES,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": data(document), "chart": start_rates(document)},
        pdf_standards=["a-2b"],
        timestamp=int(issued_at(document).timestamp()),
    )
    assert isinstance(made, bytes)
    return made
