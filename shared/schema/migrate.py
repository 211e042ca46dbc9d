"""Migrations: one Alembic environment in code, a chain for the machinery and one per service.

Each chain has its own version table, so that the machinery and a service move on independently.
"""

import asyncio
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from alembic import op
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from shared.commands.spec import ServiceSpec
from shared.db.errors import sqlstate
from shared.schema import access

MACHINERY_SCRIPTS = Path(__file__).parent / "migrations"
_LOCK = 0x6A6C_0001
_TRIES = 10
_LITTLE_PATIENCE = "SET lock_timeout = '1s'"

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
        missing = reversed(list(directory.iterate_revisions("head", revision)))
        upgrade = MigrationStep.upgrade_from_script
        return [upgrade(directory.revision_map, script) for script in missing]

    with EnvironmentContext(Config(), directory, fn=to_head) as environment:
        environment.configure(
            connection=connection, version_table=table, transaction_per_migration=True
        )
        with environment.begin_transaction():
            environment.run_migrations()
    connection.commit()


def run_chains(connection: Connection, spec: ServiceSpec) -> None:
    """Bring both chains to their heads, each revision in its own transaction, without rights."""
    for chain in chains(spec):
        _step(connection, chain)


def _run(connection: Connection, spec: ServiceSpec) -> None:
    run_chains(connection, spec)
    access.apply(connection, spec)
    connection.commit()


async def upgrade(spec: ServiceSpec, url: URL) -> None:
    """Bring a database to this version. Safe to run twice and at the same time.

    A table that is busy for more than a second is tried again: a migration that waits would
    make every later query wait behind it.
    """
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await _turn(connection)
            for attempt in range(1, _TRIES + 1):
                try:
                    await connection.run_sync(_run, spec)
                    return
                except DBAPIError as error:
                    await connection.rollback()
                    if sqlstate(error) != "55P03" or attempt == _TRIES:
                        raise
                    await asyncio.sleep(0.2 * attempt)
    finally:
        await engine.dispose()


async def _turn(connection: AsyncConnection) -> None:
    """Be the only one who migrates, until the connection ends.

    Asked again and again instead of waited for: an index that the other one builds waits for
    every statement that began before it.
    """
    while not await connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK}):
        await connection.rollback()
        await asyncio.sleep(0.1)
    await connection.execute(text(_LITTLE_PATIENCE))
    await connection.commit()


def build_index(name: str, table: str, columns: Sequence[str], **more: Any) -> None:
    """In a revision: make an index while everybody goes on writing to the table.

    It waits for transactions that are under way, and nobody waits for it. What an attempt that
    was broken off has left is made anew.
    """
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        op.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"')
        op.create_index(name, table, list(columns), postgresql_concurrently=True, **more)
        op.execute(_LITTLE_PATIENCE)


def drop_indexes(*names: str) -> None:
    """In a revision: remove indexes that no query of this version reads."""
    with op.get_context().autocommit_block():
        for name in names:
            op.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"')


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
