"""Households that nobody is: bodies for the submit command, and whole tables of them."""

import json
import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from services.applications.application.models import ID_NO, NAME, PHONE
from shared.db.model import new_id
from shared.domain.identity import make_resident_id

REGION = "220102"
_FIRST = date(1940, 1, 1)
_COLUMNS = (
    "id",
    "region",
    "state",
    "version",
    "created_on",
    "updated_at",
    "submitted_by",
    "consented_on",
    "name",
    "phone",
    "household_key",
    "household_size",
    "hukou_region",
    "urban_hukou",
    "categories",
    "tier",
    "mode",
    "monthly_income_fen",
    "own_area_sqm",
    "open_objections",
)
_MEMBER = ("id", "application_id", "position", "id_no", "id_index")
CHUNK = 50_000


def id_number(n: int) -> str:
    """The n-th invented number: checksum right, no two alike."""
    return make_resident_id(REGION, _FIRST + timedelta(days=n // 999), n % 999 + 1)


def body(n: int, region: str = REGION) -> dict[str, Any]:
    """The n-th household as a request: an applicant and one more member."""
    return {
        "region": region,
        "name": "张小明",
        "id_no": id_number(2 * n),
        "phone": "13912345678",
        "hukou_region": region,
        "urban_hukou": True,
        "categories": ["C13"],
        "household_size": 3,
        "monthly_income_yuan": "1500.00",
        "own_area_sqm": "21.50",
        "mode": "subsidy",
        "consent": True,
        "members": [id_number(2 * n + 1)],
    }


def rows(count: int, regions: list[str], ids: list[UUID]) -> Iterator[tuple[Any, ...]]:
    """Submitted applications as values of the table's columns; their ids are appended."""
    now, today = datetime.now(UTC), date(2026, 4, 1)
    for n in range(count):
        id = new_id()
        ids.append(id)
        region = regions[n % len(regions)]
        yield (
            id,
            region,
            "submitted",
            1,
            today,
            now,
            "bench",
            today,
            NAME.seal(id, "张小明"),
            PHONE.seal(id, "13912345678"),
            f"{n:064x}",
            3,
            region,
            True,
            json.dumps(["C13"]),
            "minimum",
            "subsidy",
            150_000,
            Decimal("21.50"),
            0,
        )


def _members(ids: list[UUID]) -> Iterator[tuple[Any, ...]]:
    for application in ids:
        for position in (0, 1):
            id = new_id()
            sealed = ID_NO.seal(id, "11010519491231002X")
            yield id, application, position, sealed, secrets.token_bytes(32)


async def fill(
    url: str, count: int, regions: list[str], *, members: int | None = None, table: str = ""
) -> list[UUID]:
    """Insert submitted applications by COPY, the first `members` of them with two people each."""
    ids: list[UUID] = []
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SELECT set_config('app.reach', '{(,)}', false)")
        for start in range(0, count, CHUNK):
            part = rows(min(CHUNK, count - start), regions, ids)
            await connection.copy_records_to_table(
                table or "application", records=part, columns=_COLUMNS
            )
        if not table:
            people = _members(ids[:members])
            await connection.copy_records_to_table(
                "household_member", records=people, columns=_MEMBER
            )
            await connection.execute("VACUUM ANALYZE household_member")
        await connection.execute(f"VACUUM ANALYZE {table or 'application'}")
    finally:
        await connection.close()
    return ids


async def count(url: str, sql: str) -> int:
    """One number, asked by the owner of the database, who says that he sees everything."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SELECT set_config('app.reach', '{(,)}', false)")
        return int(await connection.fetchval(sql))
    finally:
        await connection.close()
