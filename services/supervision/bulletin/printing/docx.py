"""The bulletin for Word, to be edited on: the template filled by docxtpl."""

from io import BytesIO
from pathlib import Path

from docxtpl.template import DocxTemplate

from services.supervision.bulletin.document import Document
from services.supervision.bulletin.printing.archive import fixed
from services.supervision.bulletin.printing.layout import arrange, header, issued_at

TEMPLATE = Path(__file__).parent / "templates" / "bulletin.docx"


def docx(document: Document) -> bytes:
    """The filled template; its time stamps are the day of issue."""
    at = issued_at(document)
    filled = DocxTemplate(TEMPLATE)
    filled.render({"d": document, "layout": arrange(document), "header": header}, autoescape=True)
    core = filled.core_properties
    core.title, core.author, core.last_modified_by = (
        document.title,
        document.issuer,
        document.issuer,
    )
    core.created = core.modified = at
    core.revision = 1
    out = BytesIO()
    filled.save(out)
    return fixed(out.getvalue(), (at.year, at.month, at.day, at.hour, at.minute, at.second))
