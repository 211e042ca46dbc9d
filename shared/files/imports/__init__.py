"""Bulk files from offices: CSV and XLSX, read in a child process and reported row by row."""

from shared.files.imports.columns import ColumnSpec, RowError, TableSpec
from shared.files.imports.ledger import IMPORTS
from shared.files.imports.report import ImportReport
from shared.files.imports.run import import_file
from shared.files.imports.sheet import read_table

__all__ = [
    "IMPORTS",
    "ColumnSpec",
    "ImportReport",
    "RowError",
    "TableSpec",
    "import_file",
    "read_table",
]
