"""Printing a `Document`: one function for each form, pure from the document to its bytes.

`python -m services.supervision.bulletin.printing FORM` reads a document as JSON and prints it.
"""

from collections.abc import Callable

from services.supervision.bulletin.document import Document
from services.supervision.bulletin.printing.csv import csv
from services.supervision.bulletin.printing.docx import docx
from services.supervision.bulletin.printing.html import html
from services.supervision.bulletin.printing.json import json
from services.supervision.bulletin.printing.pdf import pdf
from services.supervision.bulletin.printing.xlsx import xlsx

PRINTERS: dict[str, Callable[[Document], bytes]] = {
    "html": html,
    "pdf": pdf,
    "docx": docx,
    "xlsx": xlsx,
    "csv": csv,
    "json": json,
}

__all__ = ["PRINTERS"]
