"""Databases as they are after years: every growing table of a service, filled by SQL.

The SQL of a room's tables stands in `tests/<service>/rooms/<room>.py`, that of the tables which
every service has beside this file. It may use `:rows`, how many rows are wanted; the tables
`places` (code, unit) and `sealed` (g from 1 to `:rows`, id, part_id and what the rooms of the
service let seal); and, of a number g, `pg_temp.pick(g, n)` below n, `pg_temp.region(g)`,
`pg_temp.day(g)`, and `pg_temp.month(n)`, the n-th since April 2018, as text.

Offices are not alike: a row's region is drawn so that the first ones have most. States, kinds and
months are spread as they would be: most objects are done with, few wait.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg

from shared.db.model import new_id
from shared.domain.regions import REGIONS, RegionKind, unit_of
from tests.world.room import Sealed
from tests.world.rooms import rooms_of

TODAY = date(2021, 4, 1)
"""The business day of the filled databases: the last month is March 2021."""
PLACES = [
    code
    for code, one in REGIONS.items()
    if not one.valid_to and one.kind not in (RegionKind.PROVINCE, RegionKind.PREFECTURE)
]
"""Where the objects are, the districts of Changchun first."""

_MACHINERY = Path(__file__).parent / "machinery.sql"
_FUNCTIONS = f"""
SELECT set_config('app.reach', '{{(,)}}', false);
CREATE TEMP TABLE places (code text PRIMARY KEY, unit text);
CREATE FUNCTION pg_temp.pick(g int, n int) RETURNS int LANGUAGE sql IMMUTABLE AS
    $$ SELECT ((hashint4(g)::bigint + 2147483648) % n)::int $$;
CREATE FUNCTION pg_temp.region(g int) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT ('{{{",".join(PLACES)}}}'::text[])[
        1 + floor({len(PLACES)} * power(pg_temp.pick(g + 7, 1000) / 1000.0, 5))::int] $$;
CREATE FUNCTION pg_temp.month(n int) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT to_char(timestamp '2018-04-01' + n * interval '1 month', 'YYYY-MM') $$;
CREATE FUNCTION pg_temp.day(g int) RETURNS date LANGUAGE sql IMMUTABLE AS
    $$ SELECT date '2018-04-01' + (g::bigint * 1000 % 1095)::int $$;
"""


async def fill(url: str, service: str, rows: int, *, machinery: bool = True) -> None:
    """About `rows` rows in every growing table of a fresh database of the service.

    `machinery`: in the tables that every service has, too.
    """
    rooms = rooms_of(service)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET synchronous_commit = off; SET work_mem = '256MB'")
        await connection.execute(_FUNCTIONS)
        await connection.copy_records_to_table(
            "places", records=[(code, unit_of(code, TODAY)) for code in PLACES]
        )
        columns = [item for room in rooms.values() for item in room.sealed.items()]
        await _seal(connection, columns, rows)
        await connection.execute("ANALYZE places; ANALYZE sealed")
        texts = [_MACHINERY.read_text(encoding="utf-8")] if machinery else []
        for text in (*texts, *(one.grown for one in rooms.values() if one.grown)):
            await connection.execute(text.replace(":rows", str(rows)))
        await connection.execute("DROP TABLE sealed, places")
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def _seal(
    connection: asyncpg.Connection, columns: Sequence[tuple[str, Sealed]], rows: int
) -> None:
    """The table `sealed`; it stays empty where nothing is sealed."""
    names = "".join(f", {name} bytea" for name, _ in columns)
    await connection.execute(
        f"CREATE TEMP TABLE sealed (g int PRIMARY KEY, id uuid, part_id uuid{names})"
    )
    if columns:
        records = _sealed([one for _, one in columns], rows)
        await connection.copy_records_to_table("sealed", records=records)


def _sealed(columns: Sequence[Sealed], rows: int) -> Iterator[tuple[Any, ...]]:
    for g in range(1, rows + 1):
        ids = {"id": new_id(), "part_id": new_id()}
        yield g, *ids.values(), *(one.column.seal(ids[one.of], one.text) for one in columns)
