"""Migrations: twice, at the same time, beside a busy table; and nothing but the tables differs."""

import asyncio
import itertools
import shutil
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from shared.commands.spec import ServiceSpec
from shared.db.engine import async_url
from shared.schema.migrate import context_of, is_current, upgrade
from tests.conftest import OpenOffice
from tests.harness import Postgres
from tests.shared.desk.spec import DESK
from tests.shared.mirror.spec import MIRROR
from tests.waiting import until

_numbers = itertools.count(1)


@pytest.fixture
async def empty(postgres: Postgres) -> str:
    """The URL of a database without a table."""
    return await postgres.server.create_database(f"empty_{next(_numbers)}")


async def version(url: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        return str(await connection.fetchval("SELECT version_num FROM version_service"))
    finally:
        await connection.close()


async def test_migrations_at_the_same_time_and_again_do_no_harm(empty: str) -> None:
    await asyncio.gather(*(upgrade(DESK, async_url(empty)) for _ in range(3)))
    await upgrade(DESK, async_url(empty))
    assert await version(empty) == "desk_0001"


async def test_a_busy_table_is_tried_again(empty: str) -> None:
    connection = await asyncpg.connect(empty)
    busy = connection.transaction()
    await busy.start()
    await connection.execute("CREATE TABLE outbox (id int)")  # not committed: the name is taken
    migrating = asyncio.create_task(upgrade(DESK, async_url(empty)))

    async def waits() -> bool:
        return bool(await connection.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))

    async def waits_no_longer() -> bool:
        return not await waits()

    await until(waits)
    await until(waits_no_longer)
    assert not migrating.done()
    await busy.rollback()
    await migrating
    assert await version(empty) == "desk_0001"
    await connection.close()


INDEX = '''
"""An index more."""

from shared.schema.migrate import build_index

revision = "desk_0002"
down_revision = "desk_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Beside whoever writes."""
    build_index("ix_letter_fen", "letter", ["fen"])
'''


async def test_an_index_is_built_while_others_write(empty: str, tmp_path: Path) -> None:
    """It waits for a transaction that is under way; nobody who comes later waits for it."""
    await upgrade(DESK, async_url(empty))
    folder = shutil.copytree(DESK.migrations, tmp_path / "next")
    (folder / "desk_0002_index.py").write_text(INDEX, encoding="utf-8")
    slow, writer = await asyncpg.connect(empty), await asyncpg.connect(empty)
    under_way = slow.transaction()
    await under_way.start()
    await slow.execute("DELETE FROM letter")
    migrating = asyncio.create_task(upgrade(replace(DESK, migrations=folder), async_url(empty)))

    async def waits() -> bool:
        return bool(await writer.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))

    await until(waits)
    await writer.execute("SET lock_timeout = '100ms'")
    await writer.execute("UPDATE letter SET fen = fen + 1")
    assert not migrating.done()
    await under_way.rollback()
    await migrating
    assert await version(empty) == "desk_0002"
    valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_letter_fen'::regclass"
    assert await writer.fetchval(valid)
    await slow.close()
    await writer.close()


@pytest.mark.parametrize("spec", [DESK, MIRROR], ids=lambda spec: spec.name)
async def test_the_migrations_make_the_tables_of_the_code(empty: str, spec: ServiceSpec) -> None:
    await upgrade(spec, async_url(empty))
    engine = create_async_engine(async_url(empty), poolclass=NullPool)

    def differences(connection: Connection) -> list[object]:
        context = context_of(connection, "version_service")
        context.opts["include_object"] = lambda item, name, kind, reflected, other: (
            not (kind == "table" and reflected and other is None)
        )
        return list(compare_metadata(context, spec.metadata))

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_the_probe_knows_whether_the_tables_are_there(open_office: OpenOffice) -> None:
    office = await open_office(DESK)
    async with office.sessions() as session:
        assert await is_current(DESK, session)
        assert not await is_current(MIRROR, session)
    engine = create_async_engine(async_url(office.settings.owner_database_url), poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(
            text("UPDATE version_machinery SET version_num = 'machinery_9999'")
        )
    async with office.sessions() as session:
        assert await is_current(DESK, session)  # the next version's tables serve this one too
    assert (await office.client().get("/healthz/ready")).status_code == 200
    async with engine.begin() as connection:
        await connection.execute(text("DELETE FROM version_machinery"))
    await engine.dispose()
    async with office.sessions() as session:
        assert not await is_current(DESK, session)
    assert (await office.client().get("/healthz/ready")).status_code == 503
