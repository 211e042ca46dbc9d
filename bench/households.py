"""Households that nobody is: bodies for the submit command, and whole tables of them."""

import json
import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from services.applications.application.models import HOUSEHOLD_KEY, NAME, PHONE
from shared.db import new_id
from shared.identity import make_resident_id

REGION = "220102"
_FIRST = date(1940, 1, 1)
_COLUMNS = (
    "id", "region", "state", "version", "created_on", "updated_at", "submitted_by",
    "consented_on", "name", "phone", "household_key", "household_size", "hukou_region",
    "urban_hukou", "categories", "tier", "mode", "monthly_income_fen", "own_area_sqm",
)  # fmt: skip
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


def _rows(count: int, regions: list[str], ids: list[UUID]) -> Iterator[tuple[Any, ...]]:
    now, today = datetime.now(UTC), date(2026, 4, 1)
    for n in range(count):
        id, region = new_id(), regions[n % len(regions)]
        ids.append(id)
        key = secrets.token_hex(32)
        yield (
            id, region, "submitted", 1, today, now, "bench", today, NAME.seal(id, "张小明"),
            PHONE.seal(id, "13912345678"), key, 3, region, True, json.dumps(["C13"]), "minimum",
            "subsidy", 150_000, Decimal("21.50"),
        )  # fmt: skip


async def fill(url: str, count: int, regions: list[str]) -> list[UUID]:
    """Insert submitted applications by COPY, with one member each; their ids."""
    ids: list[UUID] = []
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SELECT set_config('app.reach', '{(,)}', false)")
        for start in range(0, count, CHUNK):
            part = min(CHUNK, count - start)
            await connection.copy_records_to_table(
                "application", records=_rows(part, regions, ids), columns=_COLUMNS
            )
        await connection.execute("VACUUM ANALYZE application")
    finally:
        await connection.close()
    return ids


__all__ = ["HOUSEHOLD_KEY", "REGION", "body", "fill", "id_number"]
