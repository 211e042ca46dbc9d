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
from functools import cache
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Column, String, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.engine import as_json
from shared.db.numbering import draw
from shared.db.records import Record
from shared.db.statement import SCOPE, SCOPED, Statement

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
_RIGHT = "EXISTS (SELECT FROM state)"


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


class _Given(NamedTuple):
    """How the values of a column are given: one value for all rows, or a list."""

    name: str
    single: bool


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
        changed: Mapping[Table, Sequence[Record]],
        guards: Sequence[tuple[Statement, list[Any]]],
    ) -> None:
        """Lock the rows that are to change, by id, and see that all is as it was read."""
        versioned = {table: rows for table, rows in changed.items() if "version" in table.c}
        for n, (table, rows) in enumerate(versioned.items()):
            self._shape.append((f"locked{n}", _locked, table.name))
            seen = [row.seen for row in rows]
            self.values += ([one["id"] for one in seen], [one["version"] for one in seen])
        self._shape.append(("state", _state, len(versioned), tuple(one for one, _ in guards)))
        self.values += map(len, versioned.values())
        for _, values in guards:
            self.values += values
        if self._numbers is not None:
            self._draw(self._numbers)

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

    def update(self, table: Table, rows: Sequence[Record]) -> None:
        """The columns in which any of these rows differs now."""
        names = {name for row in rows for name in row.differing()}
        kept = ["id", *(name for name in table.c.keys() if name in names)]  # noqa: SIM118
        values = [{name: vars(row)[name] for name in kept} for row in rows]
        self._shape.append((f"p{len(self._shape)}", _update, *self._rows(table, values)))

    def insert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """New rows of the same columns."""
        self._shape.append((f"p{len(self._shape)}", _insert, *self._rows(table, rows)))

    def further(self, statement: Statement, values: Sequence[Any]) -> None:
        """An UPDATE or DELETE by condition."""
        self._shape.append((f"p{len(self._shape)}", _further, statement))
        self.values += values

    def _rows(
        self, table: Table, rows: Sequence[Mapping[str, Any]]
    ) -> tuple[Table, tuple[_Given, ...], Fill | None]:
        """Keep the values, column by column: one value for all rows as that value."""
        found = []
        for name in rows[0]:
            column = [row[name] for row in rows]
            if isinstance(table.c[name].type, JSONB):
                column = [None if one is None else as_json(one) for one in column]
            single = column.count(column[0]) == len(column)
            found.append(_Given(name, single))
            self.values.append(column[0] if single else column)
        fill = self._fills.get(table)
        if fill is not None and self._numbers is not None:
            self.values.append([self._numbers.places.get(row[fill.key], 0) for row in rows])
        return table, tuple(found), fill


@cache
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


def _placed(places: Iterator[int], statement: Statement) -> str:
    return statement.text([next(places) for _ in range(statement.size)])


def _further(places: Iterator[int], statement: Statement) -> str:
    return _placed(places, statement)


def _drawn(places: Iterator[int]) -> str:
    series, year, regions, steps = (f"${next(places)}" for _ in range(4))
    return draw(series, year, regions, steps, f" WHERE {_RIGHT}")


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
    places: Iterator[int], table: Table, columns: Sequence[_Given], fill: Fill | None
) -> str:
    values, source = _source(places, table, columns, fill)
    names = ", ".join(f'"{name}"' for name in values)
    return (
        f'INSERT INTO "{table.name}" ({names}) SELECT {", ".join(values.values())}'
        f" FROM {source} WHERE {_RIGHT}" + (" ORDER BY n.nth" if fill else "")
    )


def _update(
    places: Iterator[int], table: Table, columns: Sequence[_Given], fill: Fill | None
) -> str:
    values, source = _source(places, table, columns, fill)
    one = values.pop("id")
    sets = ", ".join(f'"{name}" = {value}' for name, value in values.items())
    return (
        f'UPDATE "{table.name}" t SET {sets} FROM {source}'
        f" WHERE {SCOPED} AND {_RIGHT} AND t.id = {one}"
    )


def _source(
    places: Iterator[int], table: Table, columns: Sequence[_Given], fill: Fill | None
) -> tuple[dict[str, str], str]:
    """The value of each column, and where the rows come from."""
    values, lists = {}, {}
    for name, single in columns:
        column = table.c[name]
        json = isinstance(column.type, JSONB)
        kind = "text" if json else _cast(column)
        place = f"${next(places)}::{kind}"
        if not single:
            lists[name], place = f"{place}[]", f'n."{name}"'
        values[name] = f"{place}::jsonb" if json else place
    if fill is not None:
        lists["place"] = f"${next(places)}::bigint[]"
        drawn = "coalesce(number.text, '')"
        value = values.get(fill.column, "''")
        values[fill.column] = fill.sql.format(value=value, number=drawn)
    source = "(SELECT 1) n"
    if lists:
        names = ", ".join(f'"{name}"' for name in lists)
        source = f"unnest({', '.join(lists.values())})"
        if fill is not None:  # the join loses the order, in which events are told
            source += f" WITH ORDINALITY AS n({names}, nth) LEFT JOIN number USING (place)"
        else:
            source += f" AS n({names})"
    return values, source


def _cast(column: Column[Any]) -> str:
    """The type of a value; texts without their length, so that nothing is cut off silently."""
    return "text" if isinstance(column.type, String) else column.type.compile(_DIALECT)
