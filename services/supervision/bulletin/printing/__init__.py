"""The six forms of a bulletin, printed from one `Document`.

`FORMS["pdf"].print(document)` gives the bytes; the same document gives the same bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from services.supervision.bulletin.document import Document
from services.supervision.bulletin.printing.csv import csv
from services.supervision.bulletin.printing.docx import docx
from services.supervision.bulletin.printing.html import html
from services.supervision.bulletin.printing.json import json
from services.supervision.bulletin.printing.pdf import pdf
from services.supervision.bulletin.printing.xlsx import xlsx

_OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True)
class Form:
    """One form: how it is printed and its media type."""

    extension: str
    media: str
    print: Callable[[Document], bytes]

    def file_name(self, document: Document) -> str:
        """Such as 吉林省住房保障和棚改通报_2021-04.pdf."""
        return f"吉林省住房保障和棚改通报_{document.month}.{self.extension}"


FORMS = {
    form.extension: form
    for form in (
        Form("html", "text/html; charset=utf-8", html),
        Form("pdf", "application/pdf", pdf),
        Form("docx", f"{_OFFICE}.wordprocessingml.document", docx),
        Form("xlsx", f"{_OFFICE}.spreadsheetml.sheet", xlsx),
        Form("csv", "text/csv; charset=utf-8", csv),
        Form("json", "application/json", json),
    )
}

__all__ = ["FORMS", "Form"]
