"""The text of the one statement that `shared.db.writes` sends.

A round trip to the database costs more than a row, so the parts are CTEs of one statement, which
needs no transaction around it. It tells the database itself whose it is: each part waits for
`scope`, so that the policies of `shared.schema.access` judge its rows. `state` decides: it has a
row when every changed row is still the version that was read and no guard finds anything;
otherwise no part writes. Only values differ from one command to the next: the text is made once
for each shape.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Column, String, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.engine import as_json
from shared.db.numbering import draw
from shared.db.records import Record
from shared.db.statement import RIGHT, SCOPE, SCOPED, Statement

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


class Fill(NamedTuple):
    """A column into which the database puts the drawn number of a row."""

    column: str
    key: str
    """The column that names the row which drew."""
    sql: str
    """The value, made of `{value}` and `{number}`."""


@dataclass(slots=True)
class Numbers:
    """Numbers of one series that are drawn as the statement runs, such as "ZB-220102-2021-0001"."""

    prefix: str
    year: int
    digits: int
    regions: list[str] = field(default_factory=list)
    places: dict[UUID, int] = field(default_factory=dict)
    """Row -> its place among those that draw, 1 being the first."""


class Composition:
    """Parts of the statement with their values, which are `$2` and on; `$1` is the reach."""

    def __init__(self, numbers: Numbers | None, fills: Mapping[Table, Fill]) -> None:
        self.values: list[Any] = []
        self._numbers, self._fills = numbers, fills
        self._shape: list[tuple[Any, ...]] = []

    def text(self) -> str:
        """The whole; it answers with one row when it was carried out."""
        return _text(tuple(self._shape))

    def state(
        self,
        read: Sequence[tuple[Table, Sequence[Record]]],
        guards: Sequence[tuple[Statement, list[Any]]],
    ) -> None:
        """See that rows which were read, and are locked now by id, are still what they were."""
        versioned = [(table, rows) for table, rows in read if "version" in table.c]
        for n, (table, rows) in enumerate(versioned):
            self._shape.append((f"locked{n}", _locked, table.name))
            seen = [row.seen for row in rows]
            self.values += ([one["id"] for one in seen], [one["version"] for one in seen])
        self._shape.append(("state", _state, len(versioned), tuple(one for one, _ in guards)))
        self.values += [len(rows) for _, rows in versioned]
        for _, values in guards:
            self.values += values
        if self._numbers is not None:
            self._draw(self._numbers)

    def state_of_one(self, table: Table, row: Record, differing: Sequence[str]) -> None:
        """As `state` and `update`, of a single row: one part, where the two cost a third more."""
        names = tuple(differing)
        given = [vars(row)[name] for name in names]
        for n in _json(table, names):
            given[n] = _json_text(given[n])
        self._shape.append(("state", _updated, table, names))
        self.values += (*given, row.seen["id"], row.seen["version"])

    def _draw(self, numbers: Numbers) -> None:
        """Take the numbers: the counter of each region goes on by as many as it gives."""
        regions = numbers.regions
        counts = {region: regions.count(region) for region in sorted(set(regions))}
        self._shape.append(("drawn", _drawn))
        self.values += (numbers.prefix, numbers.year, list(counts), list(counts.values()))
        given = dict.fromkeys(counts, 0)
        behind = []
        for region in regions:
            given[region] += 1
            behind.append(given[region] - counts[region])
        self._shape.append(("number", _number, numbers.prefix, numbers.year, numbers.digits))
        self.values += (regions, behind)

    def update(self, table: Table, rows: Sequence[tuple[Record, Sequence[str]]]) -> None:
        """The columns in which any of these rows, given with those in which it does, differs."""
        names = {name for _, differing in rows for name in differing}
        kept = ["id", *(name for name in table.c.keys() if name in names)]  # noqa: SIM118
        values = [{name: vars(row)[name] for name in kept} for row, _ in rows]
        self._shape.append((f"p{len(self._shape)}", _update, *self._rows(table, values)))

    def insert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """New rows of the same columns."""
        self._shape.append((f"p{len(self._shape)}", _insert, *self._rows(table, rows)))

    def further(self, statement: Statement, values: Sequence[Any]) -> None:
        """An UPDATE or DELETE by condition."""
        self._shape.append((f"p{len(self._shape)}", _placed, statement))
        self.values += values

    def _rows(
        self, table: Table, rows: Sequence[Mapping[str, Any]]
    ) -> tuple[Table, tuple[str, ...], tuple[bool, ...], Fill | None]:
        """Keep the values, column by column: one value for all rows as that value."""
        names = tuple(rows[0])
        columns = [[row[name] for row in rows] for name in names]
        for n in _json(table, names):
            columns[n] = [_json_text(one) for one in columns[n]]
        single = tuple([column.count(column[0]) == len(rows) for column in columns])
        self.values += [c[0] if one else c for c, one in zip(columns, single, strict=True)]
        fill = self._fills.get(table)
        if fill is not None and self._numbers is not None:
            self.values.append([self._numbers.places.get(row[fill.key], 0) for row in rows])
        return table, names, single, fill


@cache
def _json(table: Table, names: tuple[str, ...]) -> list[int]:
    """Which of these columns hold JSON."""
    return [n for n, name in enumerate(names) if isinstance(table.c[name].type, JSONB)]


def _json_text(value: Any) -> str | None:
    return None if value is None else as_json(value)


@lru_cache(2000)
def _text(shape: tuple[tuple[Any, ...], ...]) -> str:
    places = count(2)
    parts = [f"{name} AS ({write(places, *rest)})" for name, write, *rest in shape]
    return f"WITH {SCOPE}, {', '.join(parts)} SELECT 1 FROM state"


def _locked(places: Iterator[int], table: str) -> str:
    return (
        f"SELECT FROM unnest(${next(places)}::uuid[], ${next(places)}::int[]) AS n(id, version)"
        f' JOIN "{table}" t ON t.id = n.id AND t.version = n.version'
        f" WHERE {SCOPED} ORDER BY t.id FOR UPDATE OF t"
    )


def _state(places: Iterator[int], tables: int, guards: Sequence[Statement]) -> str:
    same = (f" AND (SELECT count(*) FROM locked{n}) = ${next(places)}" for n in range(tables))
    unless = (f" AND NOT EXISTS ({_placed(places, one)})" for one in guards)
    return f"SELECT 1 FROM scope WHERE {SCOPED}{''.join((*same, *unless))}"


def _updated(places: Iterator[int], table: Table, names: Sequence[str]) -> str:
    kinds = ((name, "".join(_kind(table.c[name]))) for name in names)
    sets = ", ".join(f'"{name}" = ${next(places)}::{kind}' for name, kind in kinds)
    return (
        f'UPDATE "{table.name}" SET {sets} WHERE {SCOPED} AND id = ${next(places)}::uuid'
        f" AND version = ${next(places)}::int RETURNING 1"
    )


def _placed(places: Iterator[int], statement: Statement) -> str:
    return statement.text([next(places) for _ in range(statement.size)])


def _drawn(places: Iterator[int]) -> str:
    series, year, regions, steps = (f"${next(places)}" for _ in range(4))
    return draw(series, year, regions, steps, f" WHERE {RIGHT}")


def _number(places: Iterator[int], prefix: str, year: int, digits: int) -> str:
    regions, behind = next(places), next(places)
    number = "(drawn.last + n.behind)::text"
    return (
        f"SELECT n.place, '{prefix}-' || n.region || '-{year}-'"
        f" || lpad({number}, greatest({digits}, length({number})), '0') AS text"
        f" FROM unnest(${regions}::text[], ${behind}::int[])"
        " WITH ORDINALITY AS n(region, behind, place) JOIN drawn USING (region)"
    )


def _insert(
    places: Iterator[int],
    table: Table,
    names: Sequence[str],
    single: Sequence[bool],
    fill: Fill | None,
) -> str:
    values, source = _source(places, table, names, single, fill)
    into = ", ".join(f'"{name}"' for name in values)
    return (
        f'INSERT INTO "{table.name}" ({into}) SELECT {", ".join(values.values())}'
        f" FROM {source} WHERE {RIGHT}" + (" ORDER BY n.nth" if fill else "")
    )


def _update(
    places: Iterator[int],
    table: Table,
    names: Sequence[str],
    single: Sequence[bool],
    fill: Fill | None,
) -> str:
    values, source = _source(places, table, names, single, fill)
    id = values.pop("id")
    sets = ", ".join(f'"{name}" = {value}' for name, value in values.items())
    return (
        f'UPDATE "{table.name}" t SET {sets} FROM {source}'
        f" WHERE {SCOPED} AND {RIGHT} AND t.id = {id}"
    )


def _source(
    places: Iterator[int],
    table: Table,
    names: Sequence[str],
    single: Sequence[bool],
    fill: Fill | None,
) -> tuple[dict[str, str], str]:
    """The value of each column, and where the rows come from."""
    values, lists = {}, {}
    for name, one in zip(names, single, strict=True):
        place, (kind, then) = next(places), _kind(table.c[name])
        values[name] = f"${place}::{kind}{then}" if one else f'n."{name}"{then}'
        if not one:
            lists[name] = f"${place}::{kind}[]"
    if fill is not None:
        lists["place"] = f"${next(places)}::bigint[]"
        drawn = "coalesce(number.text, '')"
        value = values.get(fill.column, "''")
        values[fill.column] = fill.sql.format(value=value, number=drawn)
    source = "(SELECT 1) n"
    if lists:
        given = ", ".join(f'"{name}"' for name in lists)
        source = f"unnest({', '.join(lists.values())})"
        if fill is not None:  # the join loses the order, in which events are told
            source += f" WITH ORDINALITY AS n({given}, nth) LEFT JOIN number USING (place)"
        else:
            source += f" AS n({given})"
    return values, source


def _kind(column: Column[Any]) -> tuple[str, str]:
    """The type in which a value is given, and what makes the column's type of it.

    Texts have no length here, so that nothing is cut off silently; JSON comes as text.
    """
    if isinstance(column.type, JSONB):
        return "text", "::jsonb"
    return "text" if isinstance(column.type, String) else column.type.compile(_DIALECT), ""
