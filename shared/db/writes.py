"""What a command writes: collected while it thinks, sent as one statement, all of it or nothing."""

from typing import Any
from uuid import UUID

from sqlalchemy import Table

from shared.db.composition import Composition, Fill, Numbers
from shared.db.records import Record, values_of
from shared.db.statement import Statement

Row = dict[str, Any]


class Writes:
    """New rows, changed rows, further statements, and the conditions under which all is written."""

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self.reach = ""
        """Where this is written; by default, where the command reads."""
        self._records: list[Record] = []
        self._rows: list[tuple[Table, Row]] = []
        self._changed: dict[Table, dict[UUID, Record]] = {}
        self._held: dict[Table, list[Record]] = {}
        self._further: list[tuple[Statement, list[Any]]] = []
        self._guards: list[tuple[Statement, list[Any]]] = []
        self._numbers: Numbers | None = None
        self._fills: dict[Table, Fill] = {}

    def __bool__(self) -> bool:
        return bool(self._records or self._rows or self._changed or self._further)

    def add(self, row: Any) -> None:
        """A new row made by `records.record`; it is written as it is when the command ends."""
        self._records.append(row)

    def insert(self, table: Table, row: Row) -> None:
        """A new row of a table, given as values."""
        self._rows.append((table, row))

    def change(self, row: Any) -> None:
        """A row that was read: the columns that differ when the command ends are written.

        A new row is written as it is then in any case.
        """
        if row.seen:
            self._changed.setdefault(row.table, {})[row.id] = row

    def hold(self, row: Any) -> None:
        """A row that was read and does not change: write only if its version is the same."""
        self._held.setdefault(row.table, []).append(row)

    def also(self, statement: Statement, **values: Any) -> None:
        """An UPDATE or DELETE by condition. It sees no row that this command adds."""
        self._further.append((statement, statement.values(values)))

    def unless(self, statement: Statement, **values: Any) -> None:
        """Write nothing, and run the command again, when this SELECT finds a row."""
        self._guards.append((statement, statement.values(values)))

    def number(
        self, row: Any, column: str, prefix: str, year: int, *, digits: int, told: Table
    ) -> None:
        """Draw the next number of a series for a row, as the statement runs.

        It is put into the row's column, and into the field of the same name of its event in
        `told`, which is an empty text until then. A command draws from one series, for every row
        of a table that it changes.
        """
        drawn = self._numbers = self._numbers or Numbers(prefix, year, digits)
        if (drawn.prefix, drawn.year) != (prefix, year):
            raise TypeError("a command draws numbers of one series")
        drawn.regions.append(row.region)
        drawn.places[row.id] = len(drawn.regions)
        self._fills[row.table] = Fill(column, "id", "{number}")
        member = f'"{column}":'
        filled = f"""replace({{value}}, '{member}""', '{member}"' || {{number}} || '"')"""
        self._fills[told] = Fill("data", "subject", filled)

    def compose(self) -> tuple[str, list[Any]]:
        """The statement, and its values after the reach, which is `$1`.

        It answers with a row when everything was written.
        """
        changed = {
            table: found
            for table, rows in self._changed.items()
            if (found := [(row, names) for row in rows.values() if (names := row.differing())])
        }
        made = Composition(self._numbers, self._fills)
        alone = [(table, *one) for table, found in changed.items() for one in found]
        plain = not (self._held or self._guards or self._numbers)
        if len(alone) == 1 and plain and "version" in alone[0][0].c:
            made.state_of_one(*alone[0])
        else:
            read = [(table, [row for row, _ in found]) for table, found in changed.items()]
            made.state([*read, *self._held.items()], self._guards)
            for table, found in changed.items():
                made.update(table, found)
        new: dict[tuple[Table, tuple[str, ...]], list[Row]] = {}
        told = [(one.table, values_of(one)) for one in self._records]
        for table, row in (*told, *self._rows):
            new.setdefault((table, tuple(row)), []).append(row)
        for (table, _), group in new.items():
            made.insert(table, group)
        for statement, values in self._further:
            made.further(statement, values)
        return made.text(), made.values

    def sent(self) -> None:
        """Everything was written: begin anew, with the rows as they are now."""
        for row in (*self._records, *(r for rows in self._changed.values() for r in rows.values())):
            row.__dict__["seen"] = values_of(row)
        self._clear()
