"""The bulletin's tables in one long table for spreadsheets: one line per figure."""

from csv import writer
from io import StringIO

from services.supervision.bulletin.document import Document
from services.supervision.bulletin.printing.layout import arrange
from shared.files.formula_guard import safe

COLUMNS = ("月份", "表号", "表名", "行号", "行名", "指标", "计量单位", "数值")


def csv(document: Document) -> bytes:
    """UTF-8 with a byte order mark, lines end in CR LF, as Excel expects it."""
    out = StringIO(newline="")
    lines = writer(out, lineterminator="\r\n")
    lines.writerow(COLUMNS)
    for numbered in arrange(document).tables:
        table = numbered.table
        names = next((n for n, column in enumerate(table.columns) if not column.numeric), 0)
        for number, row in enumerate(table.rows, start=1):
            for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
                if place == names and len(row) > 1:
                    continue
                cells = (
                    document.month,
                    numbered.label,
                    table.caption,
                    str(number),
                    row[names],
                    column.label,
                    column.unit,
                    value,
                )
                lines.writerow([safe(cell) for cell in cells])
    return out.getvalue().encode("utf-8-sig")
