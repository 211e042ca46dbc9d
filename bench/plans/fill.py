"""Databases as they are after years: every growing table of a service, filled by SQL.

Offices are not alike: a row's region is drawn so that the first ones have most. States, kinds and
months are spread as they would be: most objects are done with, few wait.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg

from services.applications.application.models import ID_NO, NAME, PHONE
from services.applications.objection.models import TEXT
from services.expropriation.contract.models import OWNER_ID_NO, OWNER_NAME
from services.expropriation.contract.models import PHONE as OWNER_PHONE
from services.projects.overdue.models import PERSON
from services.subsidy.grant.models import HOLDER, NUMBER
from shared.crypto.sealed_column import SealedColumn
from shared.db.model import new_id
from shared.domain.regions import REGIONS, RegionKind, unit_of

TODAY = date(2021, 4, 1)
"""The business day of the filled databases: the last month is March 2021."""
PLACES = [
    code
    for code, one in REGIONS.items()
    if not one.valid_to and one.kind not in (RegionKind.PROVINCE, RegionKind.PREFECTURE)
]
"""Where the objects are, the districts of Changchun first."""

_FOLDER = Path(__file__).parent / "grown"
_SEALED: dict[str, tuple[tuple[SealedColumn, str], ...]] = {
    "applications": (
        (NAME, "张小明"),
        (PHONE, "13912345678"),
        (TEXT, "不符"),
        (ID_NO, "11010519491231002X"),
    ),
    "projects": ((PERSON, "张小明"),),
    "subsidy": ((NUMBER, "6222020200112233449"), (HOLDER, "张小明")),
    "expropriation": (
        (OWNER_NAME, "张小明"),
        (OWNER_ID_NO, "11010519491231002X"),
        (OWNER_PHONE, "13912345678"),
    ),
}
"""What the SQL cannot make: values that are bound to the key of their row, `id` or `b_id`."""
_OF_B = (TEXT, NUMBER, HOLDER)

_FUNCTIONS = f"""
SELECT set_config('app.reach', '{{(,)}}', false);
CREATE TEMP TABLE places (code text PRIMARY KEY, unit text);
CREATE TEMP TABLE sealed (g int PRIMARY KEY, id uuid, b_id uuid, a bytea, b bytea, c bytea,
    d bytea);
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
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET synchronous_commit = off; SET work_mem = '256MB'")
        await connection.execute(_FUNCTIONS)
        await connection.copy_records_to_table(
            "places", records=[(code, unit_of(code, TODAY)) for code in PLACES]
        )
        if service in _SEALED:
            sealed = _sealed(service, rows)
            await connection.copy_records_to_table("sealed", records=sealed)
        await connection.execute("ANALYZE places; ANALYZE sealed")
        for name in ("machinery", service) if machinery else (service,):
            text = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
            await connection.execute(text.replace(":rows", str(rows)))
        await connection.execute("DROP TABLE sealed, places")
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


def _sealed(service: str, rows: int) -> Iterator[tuple[Any, ...]]:
    columns = _SEALED[service]
    for g in range(1, rows + 1):
        id, other = new_id(), new_id()
        values = [one.seal(other if one in _OF_B else id, text) for one, text in columns]
        yield g, id, other, *values, *(None for _ in range(4 - len(values)))
