"""Migrations: one Alembic environment in code, a chain for the machinery and one per service.

Each chain has its own version table, so that the machinery and a service move on independently.
"""

import asyncio
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from shared import access
from shared.dberrors import sqlstate
from shared.spec import ServiceSpec

MACHINERY_SCRIPTS = Path(__file__).parent / "migrations"
_LOCK = 0x6A6C_0001
_TRIES = 10

Chain = tuple[str, Path]


def chains(spec: ServiceSpec) -> tuple[Chain, Chain]:
    """Version table and scripts of both chains."""
    return ("version_machinery", MACHINERY_SCRIPTS), ("version_service", spec.migrations)


@cache
def scripts(folder: Path) -> ScriptDirectory:
    """The revisions in a folder."""
    return ScriptDirectory(str(folder), version_locations=[str(folder)])


def _step(connection: Connection, chain: Chain) -> None:
    table, folder = chain
    directory = scripts(folder)

    def to_head(revision: Any, _: Any) -> Any:
        return directory._upgrade_revs("head", revision)

    with EnvironmentContext(Config(), directory, fn=to_head) as environment:
        environment.configure(connection=connection, version_table=table)
        with environment.begin_transaction():
            environment.run_migrations()


def run_chains(connection: Connection, spec: ServiceSpec) -> None:
    """Bring both chains to their heads in the caller's transaction, without rights and policies."""
    for chain in chains(spec):
        _step(connection, chain)


def _in_turn(spec: ServiceSpec) -> Callable[[Connection], None]:
    def work(connection: Connection) -> None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        connection.execute(text("SET LOCAL lock_timeout = '1s'"))
        run_chains(connection, spec)
        access.apply(connection, spec)

    return work


async def upgrade(spec: ServiceSpec, url: URL) -> None:
    """Bring a database to this version. Safe to run twice and at the same time.

    A table that is busy for more than a second is tried again: a migration that waits would
    make every later query wait behind it.
    """
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        for attempt in range(1, _TRIES + 1):
            try:
                async with engine.begin() as connection:
                    await connection.run_sync(_in_turn(spec))
                return
            except DBAPIError as error:
                if sqlstate(error) != "55P03" or attempt == _TRIES:
                    raise
                await asyncio.sleep(0.2 * attempt)
    finally:
        await engine.dispose()


async def is_current(spec: ServiceSpec, session: AsyncSession) -> bool:
    """Whether the database has the tables that this version needs.

    A later revision serves too, for migrations only add to what older code uses: during an
    upgrade both versions are at work.
    """
    for table, folder in chains(spec):
        exists = await session.execute(text("SELECT to_regclass(:name)"), {"name": table})
        if exists.scalar_one() is None:
            return False
        found = await session.execute(text(f"SELECT version_num FROM {table}"))
        reached, heads = set(found.scalars()), set(scripts(folder).get_heads())
        if not reached or not all(_at_least(one, min(heads)) for one in reached):
            return False
    return True


def _at_least(reached: str, needed: str) -> bool:
    """Compare two revisions of one chain, such as desk_0001; those of other chains are not."""
    (chain, _, number), (own, _, least) = reached.rpartition("_"), needed.rpartition("_")
    return chain == own and number >= least


def context_of(connection: Connection, table: str) -> MigrationContext:
    """A context that compares types and server defaults too, for drift tests and new revisions."""
    options = {"version_table": table, "compare_type": True, "compare_server_default": True}
    return MigrationContext.configure(connection, opts=options)
