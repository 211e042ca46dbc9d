"""Bulk files from offices: CSV and XLSX, read in a child process and reported row by row."""

from shared.imports.columns import ColumnSpec, RowError, Table
from shared.imports.ledger import IMPORTS
from shared.imports.report import ImportReport
from shared.imports.run import import_file
from shared.imports.sheet import read_table

__all__ = [
    "IMPORTS",
    "ColumnSpec",
    "ImportReport",
    "RowError",
    "Table",
    "import_file",
    "read_table",
]
