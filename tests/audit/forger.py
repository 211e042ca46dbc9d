"""Somebody whom no right in the database holds back, and the command that finds him out."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from shared.db.engine import async_url
from shared.events.sequencer import START, Log, chained, link
from tests.harness import Office

ROOT = Path(__file__).resolve().parents[2]


@asynccontextmanager
async def owner(office: Office) -> AsyncIterator[AsyncConnection]:
    """The owner of the tables, in a transaction that is undone unless it was committed."""
    engine = create_async_engine(async_url(office.settings.owner_database_url))
    async with engine.connect() as connection:
        yield connection
        await connection.rollback()
    await engine.dispose()


async def rewrite(office: Office, log: Log, position: int) -> None:
    """Alter one row and compute the whole chain anew, so that it fits again."""
    column = "reason" if log.name == "audit_log" else "trace"
    async with owner(office) as connection:
        await connection.execute(
            text(f"UPDATE {log.name} SET {column} = 'x' WHERE position = {position}")
        )
        table, chain = log.table, START
        rows = await connection.execute(text(chained(log, office.spec.name)))
        for row in rows.all():
            chain = link(chain, row.content)
            await connection.execute(
                table.update().where(table.c.position == row.position).values(chain=chain)
            )
        await connection.execute(
            text("UPDATE sequence_head SET chain = :chain WHERE log = :log"),
            {"chain": chain, "log": log.name},
        )
        await connection.commit()


def verify_command(office: Office, file: Path, *held: Path) -> subprocess.CompletedProcess[str]:
    """`python -m services NAME verify`, with the worker's role."""
    settings = office.settings
    environment = {
        "PATH": os.environ["PATH"],
        "HOUSING_ENVIRONMENT": "test",
        "HOUSING_DATABASE_URL": settings.worker_database_url,
        "HOUSING_JWKS": settings.jwks,
        "HOUSING_KEY_FILE": str(settings.key_file),
        "HOUSING_CHECKPOINT_FILE": str(file),
    }
    with_them = ["--held", *map(str, held)] if held else []
    return subprocess.run(
        [sys.executable, "-m", "services", office.spec.name, "verify", *with_them],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
