"""What the tests know of one room of a service; `tests/<service>/rooms/<room>.py` says it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from shared.crypto.sealed_column import SealedColumn
from tests.world.world import Act, World


async def nothing(_: World) -> None:
    """Nothing to make or to note."""


@dataclass(frozen=True)
class Sealed:
    """A value that SQL cannot make: it is bound to its column and to its row.

    `of` says which of the two ids of a filled row that is: `id`, the object's, or `part_id`, that
    of something which belongs to it, such as the account of a grant.
    """

    column: SealedColumn
    text: str
    of: Literal["id", "part_id"] = "id"


@dataclass(frozen=True)
class Room:
    """How a room's objects are made, how its routes are called, and what fills its tables."""

    routes: Mapping[str, Act] = field(default_factory=dict)
    """Every route of the room's `api.py`, by "METHOD path"."""
    after: tuple[str, ...] = ()
    """The rooms of the service whose objects, and whose rows, must be there before."""
    make: Callable[[World], Awaitable[None]] = nothing
    """Makes objects in every region through commands."""
    note: Callable[[World], Awaitable[None]] = nothing
    """Names them in the world as they are when every room has made its own."""
    grown: str = ""
    """SQL that fills the room's tables with about `:rows` rows, as after years.

    `bench/plans/fill.py` says what it may use: `pg_temp.region(g)`, the tables `places` and
    `sealed`, and others.
    """
    sealed: Mapping[str, Sealed] = field(default_factory=dict)
    """Columns of the table `sealed`, which has `:rows` rows with the numbers `g` from 1."""
