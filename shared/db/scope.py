"""Which regions a caller may see. Another region's object does not exist for him (404)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    String,
    and_,
    any_,
    false,
    literal_column,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute

from shared.domain.regions import PROVINCE, REGIONS, next_code, reach_of

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True, slots=True)
class Reach:
    """Half-open ranges of region codes, compared by byte. `everything` is for the system."""

    ranges: tuple[tuple[str, str], ...] = ()
    everything: bool = False

    @classmethod
    def of(cls, region: str) -> "Reach":
        """The reach of an office in `region`."""
        return cls(tuple(reach_of(region)))

    @property
    def multirange(self) -> str:
        """The same set as PostgreSQL's multirange, for the policies of `shared.schema.access`."""
        if self.everything:
            return "{(,)}"
        return "{" + ",".join(f"[{low},{high})" for low, high in self.ranges) + "}"

    def contains(self, region: str) -> bool:
        """Whether the region is within reach."""
        return self.everything or any(low <= region < high for low, high in self.ranges)

    def only(self, region: str) -> "Reach":
        """The part of this reach that is one region; empty when the region is not in it."""
        return Reach(((region, next_code(region)),) if self.contains(region) else ())

    def behind(self, region: str) -> "Reach":
        """The part of this reach with larger codes than one region."""
        start, ranges = next_code(region), self.ranges
        if self.everything:
            ranges = reach_of(PROVINCE)
        return Reach(tuple((max(low, start), high) for low, high in ranges if high > start))

    def clause(
        self, column: ColumnElement[str] | InstrumentedAttribute[str]
    ) -> ColumnElement[bool]:
        """The same test in SQL; made once for each reach and column."""
        return _clause(self, column)

    def written(
        self, column: ColumnElement[str] | InstrumentedAttribute[str]
    ) -> ColumnElement[bool]:
        """`clause`, made anew."""
        if self.everything:
            return true()
        codes = [code for code in REGIONS if self.contains(code)]
        if not codes:
            return false()
        if len(self.ranges) == 1 and len(codes) > 1:
            low, high = self.ranges[0]
            return and_(column >= _code(low), column < _code(high))
        # An index skips from code to code, but not from range to range; and of one code it goes
        # straight to an id. Written with `=`, the order would be that of the ids alone: a plan
        # might follow their index and look for the code row by row.
        return column == any_(literal_column(f"ARRAY[{_quoted(codes)}]", ARRAY(String)))


def _code(code: str) -> ColumnElement[str]:
    return literal_column(_quoted([code]), String)


def _quoted(codes: Sequence[str]) -> str:
    """Codes in the text of the statement: a plan that is kept must know how many rows are there.

    For a parameter it expects half a percent of the table, whichever region, and sorts them all.
    """
    if not all(code.isascii() and code.isdigit() for code in codes):
        raise ValueError(codes)
    return ", ".join(f"'{code}'" for code in codes)


EVERYTHING = Reach(everything=True)


@lru_cache(2000)
def _clause(reach: Reach, column: Any) -> ColumnElement[bool]:
    return reach.written(column)


class _HasReach(Protocol):
    @property
    def reach(self) -> Reach: ...


def within(
    statement: S, call: _HasReach, column: ColumnElement[str] | InstrumentedAttribute[str]
) -> S:
    """The statement, narrowed to the regions of the command.

    For queries of sessions. Objects are read by id with `shared.commands.reads`, lists with
    `shared.http.paging.page`, which narrow by themselves.
    """
    return statement.where(call.reach.clause(column))
