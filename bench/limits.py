"""The raw limits behind HTTP: FastAPI and asyncpg as they come, without any of the product."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import uvicorn
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, Field

COLUMNS = (
    "id",
    "region",
    "state",
    "version",
    "created_on",
    "updated_at",
    "receipt_no",
    "accepted_on",
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
_INSERT = (
    f"INSERT INTO plain ({', '.join(COLUMNS)})"
    f" VALUES ({', '.join(f'${n}' for n in range(1, len(COLUMNS) + 1))})"
)
_UPDATE = (
    "UPDATE plain SET state = 'withdrawn', version = version + 1, updated_at = $3,"
    " withdrawal_reason = $4 WHERE id = $1 AND version = $2"
)
TABLE = """
CREATE TABLE plain (
  id uuid PRIMARY KEY, region varchar(6) COLLATE "C" NOT NULL, state varchar(40) NOT NULL,
  version int NOT NULL, created_on date NOT NULL, updated_at timestamptz NOT NULL,
  receipt_no varchar(40), accepted_on date, submitted_by varchar(200) NOT NULL,
  consented_on date NOT NULL, name bytea NOT NULL, phone bytea NOT NULL,
  household_key varchar(64) NOT NULL, household_size smallint NOT NULL,
  hukou_region varchar(6) NOT NULL, urban_hukou boolean NOT NULL, categories jsonb NOT NULL,
  tier varchar(10) NOT NULL, mode varchar(10) NOT NULL, monthly_income_fen bigint NOT NULL,
  own_area_sqm numeric(8, 2) NOT NULL, open_objections smallint NOT NULL, withdrawal_reason text
)
"""


class Household(BaseModel):
    """The same body as the product's, checked by pydantic alone."""

    region: str = Field(pattern=r"^\d{6}$")
    name: str = Field(min_length=1, max_length=50)
    id_no: str = Field(min_length=15, max_length=20)
    phone: str = Field(min_length=7, max_length=20)
    hukou_region: str = Field(pattern=r"^\d{6}$")
    urban_hukou: bool
    categories: list[str] = Field(min_length=1, max_length=16)
    household_size: int = Field(ge=1, le=20)
    monthly_income_yuan: Decimal = Field(ge=0)
    own_area_sqm: Decimal = Field(ge=0)
    mode: str
    consent: bool
    members: list[str] = Field(default=[], max_length=20)


class Withdrawal(BaseModel):
    """The same body as the product's."""

    version: int
    reason: str = Field(min_length=1, max_length=2000)


class Items(BaseModel):
    """The same list as the product's bulk command."""

    items: list[dict[str, Any]] = Field(min_length=1, max_length=1000)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["BENCH_URL"], min_size=8, max_size=8) as pool:
        app.state.pool = pool
        app.state.plain = await asyncpg.create_pool(
            os.environ["BENCH_PLAIN_URL"], min_size=8, max_size=8
        )
        yield
        await app.state.plain.close()


app = FastAPI(lifespan=_lifespan)


def _values(body: Household) -> tuple[Any, ...]:
    today, now = date(2026, 4, 1), datetime.now(UTC)
    sealed = body.name.encode() * 4
    return (
        uuid4(),
        body.region,
        "submitted",
        1,
        today,
        now,
        None,
        None,
        "bench",
        today,
        sealed,
        sealed,
        "0" * 64,
        body.household_size,
        body.hukou_region,
        body.urban_hukou,
        json.dumps(body.categories),
        "minimum",
        body.mode,
        int(body.monthly_income_yuan * 100),
        body.own_area_sqm,
        0,
    )


@app.post("/insert", status_code=201)
async def insert(body: Household, request: Request) -> dict[str, str]:
    """One INSERT in BEGIN … COMMIT."""
    values = _values(body)
    async with request.app.state.plain.acquire() as connection, connection.transaction():
        await connection.execute(_INSERT, *values)
    return {"id": str(values[0])}


@app.post("/update/{id}")
async def update(id: UUID, body: Withdrawal, request: Request) -> dict[str, str]:
    """One UPDATE in BEGIN … COMMIT."""
    async with request.app.state.plain.acquire() as connection, connection.transaction():
        done = await connection.execute(_UPDATE, id, body.version, datetime.now(UTC), body.reason)
    return {"done": done}


_SAMPLE = Household(
    region="220102",
    name="张小明",
    id_no="11010519491231002X",
    phone="13912345678",
    hukou_region="220102",
    urban_hukou=True,
    categories=["C13"],
    household_size=3,
    monthly_income_yuan=Decimal("1500.00"),
    own_area_sqm=Decimal("21.50"),
    mode="subsidy",
    consent=True,
)


@app.post("/copy")
async def copy(body: Items, request: Request) -> dict[str, int]:
    """As many whole rows by COPY in BEGIN … COMMIT."""
    rows = [_values(_SAMPLE) for _ in body.items]
    async with request.app.state.plain.acquire() as connection, connection.transaction():
        await connection.copy_records_to_table("plain", records=rows, columns=COLUMNS)
    return {"rows": len(rows)}


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else str(value)


@app.get("/query/{name}")
async def query(name: str, request: Request) -> Response:
    """The product's own statements (given at start), each by asyncpg; the rows as JSON."""
    texts = QUERIES[name]
    key = request.query_params.get("key", "")
    found = []
    async with request.app.state.pool.acquire() as connection:
        for text, values in texts:
            rows = await connection.fetch(text, *(_argument(one, key) for one in values))
            found.append([dict(row) for row in rows])
    body = json.dumps(found, default=_plain, ensure_ascii=False, separators=(",", ":"))
    return Response(body.encode(), media_type="application/json")


def _argument(value: Any, key: str) -> Any:
    """A value as asyncpg takes it: {"uuid": "…"}, {"date": "…"}, {"json": "…"}.

    {"uuids": "…"} is a list of one; "key" stands for the caller's id.
    """
    if isinstance(value, dict):
        kind, text = next(iter(value.items()))
        if kind == "json":
            return text
        text = key if text == "key" else text
        if kind == "date":
            return date.fromisoformat(text)
        return [UUID(text)] if kind == "uuids" else UUID(text)
    return value


QUERIES: dict[str, list[tuple[str, list[Any]]]] = {}


def main() -> int:
    """The whole life of the process, which its environment describes."""
    QUERIES.update(json.loads(os.environ["BENCH_QUERIES"]))
    uvicorn.run(
        app,
        port=int(os.environ["BENCH_PORT"]),
        access_log=False,
        log_config=None,
        server_header=False,
    )
    return 0
