"""The one source object of a bulletin: six forms are printed from it with equal figures.

Every figure is already the string that people read; a renderer never computes or rounds.
"""

from pydantic import BaseModel, ConfigDict


class _DocumentPart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_DocumentPart):
    """One column of a table. `unit` is printed in the header, in brackets, when not empty."""

    key: str
    label: str
    unit: str = ""
    numeric: bool = True


class Table(_DocumentPart):
    """A table with a caption; every row has one string for each column."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


class Figure(_DocumentPart):
    """One headline figure. `target` and `rate` are empty where there is no target."""

    code: str
    label: str
    value: str
    unit: str
    target: str = ""
    rate: str = ""


class DocumentTopic(_DocumentPart):
    """One of the four mandatory topics (S11.2), or another part of the month's work."""

    code: str
    title: str
    clause: str
    paragraphs: tuple[str, ...]
    table: Table


class Tile(_DocumentPart):
    """One tile of the schematic of places (区位示意, not a map)."""

    code: str
    name: str
    row: int
    column: int
    value: str
    band: int
    """0 (lowest) to 4 (highest): the shade of the tile."""


class Restatement(_DocumentPart):
    """A figure of an earlier, published month that late facts have changed since."""

    month: str
    unit_code: str
    unit_name: str
    label: str
    published: str
    restated: str


class Document(_DocumentPart):
    """A bulletin, ready to be printed."""

    month: str
    """Such as 2021-04."""
    title: str
    document_no: str
    issuer: str
    issued_on: str
    """Such as 2021年5月6日."""
    data_as_of: str
    """Such as 2021年4月30日24时."""
    addressees: str
    opening: tuple[str, ...]
    figures: tuple[Figure, ...]
    topics: tuple[DocumentTopic, ...]
    ranking: Table
    start_rates: tuple[tuple[str, str], ...]
    """Unit name and start rate in percent without the sign, in the order of the ranking."""
    tiles: tuple[Tile, ...]
    alerts: Table
    missing_reports: tuple[str, ...]
    restatements: tuple[Restatement, ...]
    method: tuple[str, ...]
    positions: dict[str, int]
    digest: str
