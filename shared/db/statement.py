"""Statements of SQLAlchemy as text for asyncpg, made once each.

Making the text of a statement costs more than running it. A statement that commands or lists use
is therefore made once, at the top of its module, with `bindparam` for what differs between calls.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Delete, Select, Update, text
from sqlalchemy.dialects import postgresql

from shared.db.records import records_of

_DIALECT = postgresql.dialect(paramstyle="pyformat")  # type: ignore[no-untyped-call]

SCOPE = "scope AS MATERIALIZED (SELECT set_config('app.reach', $1, true) AS reach)"
"""Tells the database whose the statement is, before any row is looked at; it ends with it."""
SCOPED = "(SELECT reach FROM scope) IS NOT NULL"
"""A condition without columns: PostgreSQL asks it once, before it looks at any row."""
RIGHT = "EXISTS (SELECT FROM state)"
"""Whether a command may write (`shared.db.composition`): UPDATE and DELETE wait for it."""


class Statement:
    """A SELECT, UPDATE or DELETE with named parameters.

    A list of values is one parameter: `column == any_(bindparam("ids"))`, not `in_`.
    """

    def __init__(self, clause: Select[*tuple[Any, ...]] | Update | Delete) -> None:
        self.clause: Any = clause
        self._text = ""
        self._params: dict[str, Any] = {}
        self._required: frozenset[str] = frozenset()

    @property
    def size(self) -> int:
        """How many parameters it has."""
        self._make()
        return len(self._params)

    def text(self, places: Sequence[int]) -> str:
        """The statement, its parameters (in the order of `values`) written as these `$n`."""
        self._make()
        return self._text % {n: f"${k}" for n, k in zip(self._params, places, strict=True)}

    def scoped(self, first: int) -> str:
        """A SELECT that tells the database its reach (`$1`); its parameters are `$first` and on."""
        places = range(first, first + self.size)
        return f"WITH {SCOPE} SELECT q.* FROM ({self.text(places)}) q WHERE {SCOPED}"

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """The values of the parameters, in order. Raises `KeyError` for one that is missing."""
        self._make()
        return [given[n] if n in self._required else v for n, v in self._params.items()]

    @cached_property
    def columns(self) -> Any:
        """The same SELECT for a session, which then answers with rows instead of instances."""
        if self._model is None:
            return self.clause
        return self.clause.with_only_columns(*self._model.__table__.c)

    def rows(self, found: Sequence[Mapping[str, Any]]) -> list[Any]:
        """What a SELECT found: records when it selects a model, else rows with attributes."""
        if self._model is not None:
            return records_of(self._model, found)
        return [SimpleNamespace(**one) for one in found]

    @cached_property
    def _model(self) -> Any | None:
        """The model that is selected as a whole."""
        selected = self.clause.column_descriptions
        whole = len(selected) == 1 and hasattr(selected[0]["type"], "__table__")
        return selected[0]["type"] if whole else None

    def _make(self) -> None:
        if self._text:
            return
        writes = not isinstance(self.clause, Select)
        clause = self.clause.where(text(RIGHT)) if writes else self.clause
        compiled: Any = clause.compile(dialect=_DIALECT)
        if compiled.post_compile_params or compiled.literal_execute_params:
            raise TypeError("a list of values is one parameter: column == any_(bindparam(...))")
        self._params = dict(compiled.params)
        self._required = frozenset(n for n in self._params if compiled.binds[n].required)
        self._text = compiled.string
