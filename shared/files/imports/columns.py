"""What a file must hold: columns, and what is said about a row that does not fit."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.domain.fields import Output


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column. `title` is the Chinese header; `parse` reads the text of a filled cell.

    A cell of a column that is not `required` may be empty (its value is then None) and the
    column may be missing. `parse` refuses with `shared.domain.problems.Refused` or ValueError.
    """

    key: str
    title: str
    required: bool
    parse: Callable[[str], object]


class RowError(Output):
    """Why a row was not taken. `row` is its line in the file; `detail` has no personal data."""

    row: int
    column: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A file as text: one dict per row by column key, and the line each row stands on.

    `bad` are the cells that cannot be trusted at all (lost digits, control characters).
    """

    rows: list[dict[str, str]]
    lines: list[int]
    bad: list[RowError]
