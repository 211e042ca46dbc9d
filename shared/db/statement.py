"""Several statements on one round trip: all of them are carried out, or none.

A round trip to the database costs more than a row. The parts are CTEs of one statement, so that
it needs no transaction around it. It tells the database itself whose it is: each part waits for
`scope`, so that the policies of `shared.schema.access` judge its rows, and the setting ends with
the statement. `state` is the part that decides: it gives the rows that are created or changed when
all of them are as they were seen; otherwise it gives none, and nothing else is written.

Only values differ from one command to the next: the text is made once for each shape.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.bulk import cast
from shared.db.engine import as_json
from shared.db.numbering import LATER, take

SCOPE = "scope AS MATERIALIZED (SELECT set_config('app.reach', $1, true) AS reach)"
SCOPED = "(SELECT reach FROM scope) IS NOT NULL"
"""A condition without columns: PostgreSQL asks it once, before it looks at any row."""


@dataclass(frozen=True, slots=True)
class Part:
    """A condition or one more statement. `{}` stands for its values, `state` for the rows."""

    sql: str
    values: tuple[Any, ...] = ()


_RIGHT = "EXISTS (SELECT FROM state)"


class _Given(NamedTuple):
    """How the values of a column are given."""

    name: str
    single: bool
    """One value for all rows."""
    later: bool
    """A number is to be put in."""
    place: str
    """Where an equal list stands already."""


class Statement:
    """Parts and their values; `$1` is the reach."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._lists: list[tuple[tuple[Any, ...], str]] = []
        self._numbered = False
        self._shape: list[tuple[Any, ...]] = []

    def text(self) -> str:
        """The whole; it answers with one row when it was carried out."""
        return _text(tuple(self._shape))

    def insert(self, name: str, table: Table, row: dict[str, Any]) -> None:
        """One row, when the state is right."""
        self._shape.append((_insert_text, name, table, tuple(row)))
        self.values += row.values()

    def create(self, table: Table, row: dict[str, Any], unless: Part | None) -> None:
        """The state of a new row, when the query `unless` finds nothing."""
        self._shape.append((_create_text, "state", table, tuple(row), _unless(unless)))
        self.values += row.values()
        self.values += unless.values if unless else ()

    def create_all(self, table: Table, rows: Sequence[dict[str, Any]], unless: Part | None) -> None:
        """As `create`, of many rows."""
        columns = self._columns(table, turned(rows), each=True)
        self._shape.append((_create_all_text, "state", table, columns, _unless(unless)))
        self.values += unless.values if unless else ()

    def insert_all(
        self, name: str, table: Table, rows: Sequence[dict[str, Any]], *, each: bool = False
    ) -> None:
        """Rows of the same columns in the same order, when the state is right.

        `each`: with a list for every column, so that the text does not depend on what is equal.
        """
        columns = self._columns(table, turned(rows), each=each)
        self._shape.append((_insert_all_text, name, table, columns))

    def update(self, table: Table, changed: dict[str, Any], same: dict[str, Any]) -> None:
        """The state of one row, when these columns are still the same."""
        self._shape.append((_update_text, "state", table, tuple(changed), tuple(same)))
        self.values += changed.values()
        self.values += same.values()

    def lock_all(
        self, table: Table, columns: dict[str, tuple[Any, ...]], *, each: bool = False
    ) -> None:
        """The state of many rows, locked by id, when these columns of each are still the same."""
        given = self._columns(table, columns, each=each)
        self._shape.append((_lock_text, "locked", table, given))
        self._shape.append((_state_text, "state"))
        self.values.append(len(columns["id"]))

    def update_all(
        self, name: str, table: Table, columns: dict[str, tuple[Any, ...]], *, each: bool = False
    ) -> None:
        """These columns of the rows with these ids, when the state is right."""
        given = self._columns(table, columns, each=each)
        self._shape.append((_update_all_text, name, table, given))

    def take_numbers(self, prefix: str, year: int, regions: Sequence[str], digits: int) -> None:
        """A number for each row of these regions, put in where `LATER` stands in its texts."""
        self._numbered = True
        counts: dict[str, int] = {}
        places = []
        for region in regions:
            places.append(counts.get(region, 0) + 1)
            counts[region] = places[-1]
        self._shape.append((_take_text, "taken"))
        self.values += (prefix, year, list(counts), list(counts.values()))
        self._shape.append((_number_text, "number", digits))
        behind = [place - counts[region] for place, region in zip(places, regions, strict=True)]
        self.values += (list(regions), behind)

    def add(self, name: str, part: Part) -> None:
        """One statement more."""
        self._shape.append((_part_text, name, part.sql))
        self.values += part.values

    def _columns(
        self, table: Table, columns: dict[str, tuple[Any, ...]], *, each: bool = False
    ) -> tuple[_Given, ...]:
        """Keep the values, column by column: one value as that value, a list of ids only once."""
        found = []
        for name, column in columns.items():
            first = column[0]
            later = self._numbered and type(first) is str and LATER in first
            ids = not each and isinstance(first, UUID)
            place = self._known(column) if ids else ""
            single = not (each or place or name == "id") and column.count(first) == len(column)
            found.append(_Given(name, single, later, place))
            if single:
                self.values.append(first)
            elif not place and isinstance(table.c[name].type, JSONB):
                self.values.append([None if one is None else as_json(one) for one in column])
            elif not place:
                self.values.append(column)
                if ids:
                    self._lists.append((column, f"${len(self.values) + 1}"))
        return tuple(found)

    def _known(self, column: tuple[Any, ...]) -> str:
        return next((place for known, place in self._lists if known == column), "")


@cache
def _text(shape: tuple[tuple[Any, ...], ...]) -> str:
    places = (f"${n}" for n in count(2))
    parts = [f"{one[1]} AS ({one[0](places, *one[2:])})" for one in shape]
    return f"WITH {SCOPE}, {', '.join(parts)} SELECT id FROM state LIMIT 1"


def _filled(sql: str, places: Iterator[str]) -> str:
    return "".join(
        text + (next(places) if more else "")
        for text, more in zip(sql.split("{}"), [*[True] * sql.count("{}"), False], strict=True)
    )


def _unless(condition: Part | None) -> str:
    return "" if condition is None else f" AND NOT EXISTS ({condition.sql})"


def _one_row(places: Iterator[str], table: Table, names: tuple[str, ...]) -> str:
    values = ", ".join(f"{next(places)}::{cast(table.c[name])}" for name in names)
    return f"{_into(table, names)} SELECT {values}"


def _insert_text(places: Iterator[str], table: Table, names: tuple[str, ...]) -> str:
    return f"{_one_row(places, table, names)} WHERE {_RIGHT}"


def _create_text(places: Iterator[str], table: Table, names: tuple[str, ...], guard: str) -> str:
    row = _one_row(places, table, names)
    return f"{row} FROM scope WHERE {SCOPED}{_filled(guard, places)} RETURNING id"


def _insert_all_text(places: Iterator[str], table: Table, columns: tuple[_Given, ...]) -> str:
    values, source = _rows(places, table, columns)
    names = [column.name for column in columns]
    return f"{_into(table, names)} SELECT {', '.join(values)} FROM {source} WHERE {_RIGHT}"


def _update_text(
    places: Iterator[str], table: Table, changed: tuple[str, ...], same: tuple[str, ...]
) -> str:
    def equal(name: str) -> str:
        return f'"{name}" = {next(places)}::{cast(table.c[name])}'

    sets = ", ".join(equal(name) for name in changed)
    guard = " AND ".join(equal(name) for name in same)
    return f'UPDATE "{table.name}" SET {sets} WHERE {SCOPED} AND {guard} RETURNING id'


def _lock_text(places: Iterator[str], table: Table, columns: tuple[_Given, ...]) -> str:
    values, source = _rows(places, table, columns)
    equal = " AND ".join(
        f't."{column.name}" = {value}' for column, value in zip(columns, values, strict=True)
    )
    return (
        f'SELECT t.id FROM {source} CROSS JOIN "{table.name}" t'
        f" WHERE {SCOPED} AND {equal} ORDER BY t.id FOR UPDATE OF t"
    )


def _state_text(places: Iterator[str]) -> str:
    return f"SELECT id FROM locked WHERE (SELECT count(*) FROM locked) = {next(places)}"


def _create_all_text(
    places: Iterator[str], table: Table, columns: tuple[_Given, ...], guard: str
) -> str:
    values, source = _rows(places, table, columns)
    names = [column.name for column in columns]
    return (
        f"{_into(table, names)} SELECT {', '.join(values)} FROM {source}"
        f" WHERE {SCOPED}{_filled(guard, places)} RETURNING id"
    )


def _update_all_text(places: Iterator[str], table: Table, columns: tuple[_Given, ...]) -> str:
    values, source = _rows(places, table, columns)
    sets = ", ".join(
        f'"{column.name}" = {value}'
        for column, value in zip(columns, values, strict=True)
        if column.name != "id"
    )
    return (
        f'UPDATE "{table.name}" t SET {sets} FROM {source}'
        f" WHERE {SCOPED} AND {_RIGHT} AND t.id = n.id"
    )


def _take_text(places: Iterator[str]) -> str:
    prefix, year, regions, steps = (next(places) for _ in range(4))
    return take(prefix, year, regions, steps, f" WHERE {_RIGHT}")


def _number_text(places: Iterator[str], digits: int) -> str:
    regions, behind = next(places), next(places)
    number = "(taken.last + n.behind)::text"
    return (
        f"SELECT n.place, lpad({number}, greatest({digits}, length({number})), '0') AS digits"
        f" FROM unnest({regions}::text[], {behind}::int[])"
        " WITH ORDINALITY AS n(region, behind, place) JOIN taken USING (region)"
    )


def _part_text(places: Iterator[str], sql: str) -> str:
    return _filled(sql, places)


def _rows(
    places: Iterator[str], table: Table, columns: tuple[_Given, ...]
) -> tuple[list[str], str]:
    """The value of each column, and where the rows come from."""
    values, lists = [], {}
    for column in columns:
        kind = cast(table.c[column.name])
        place = column.place or next(places)
        if column.single:
            value = f"{place}::{kind}"
        else:
            json = isinstance(table.c[column.name].type, JSONB)
            value = f'n."{column.name}"' + ("::jsonb" if json else "")
            lists[column.name] = f"{place}::{'text' if json else kind}[]"
        values.append(f"replace({value}, '{LATER}', number.digits)" if column.later else value)
    source = (
        f"unnest({', '.join(lists.values())}) WITH ORDINALITY AS n({_quoted([*lists, 'place'])})"
        if lists
        else "(SELECT 1 AS place) n"  # a single row
    )
    if any(column.later for column in columns):
        source += " JOIN number USING (place)"
    return values, source


def turned(rows: Sequence[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    """Rows as columns."""
    return dict(zip(rows[0], zip(*(row.values() for row in rows), strict=True), strict=True))


def _into(table: Table, names: Sequence[str]) -> str:
    return f'INSERT INTO "{table.name}" ({_quoted(names)})'


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
