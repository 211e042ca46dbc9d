"""Migrated databases have the tables that the code expects, and nobody has rights too many."""

import pytest
from alembic.autogenerate import compare_metadata
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.docs.specs import specs
from shared.commands.spec import ServiceSpec
from shared.db.engine import async_url
from shared.db.model import MACHINERY
from shared.schema.access import api_role, open_tables, scoped_tables, worker_role
from shared.schema.migrate import context_of
from tests.conftest import OpenOffice

SPECS = [pytest.param(spec, id=spec.name) for spec in specs()]


def differences(connection: Connection, spec: ServiceSpec) -> list[object]:
    """What autogenerate would still change: of the service's tables and of the machinery's."""
    own, shared = set(spec.metadata.tables), set(MACHINERY.tables)
    found: list[object] = []
    for metadata, others in ((spec.metadata, shared), (MACHINERY, own)):
        context = context_of(connection, "version_service")
        context.opts["include_object"] = lambda _, name, kind, reflected, __, others=others: (
            not (kind == "table" and reflected and (name in others or name.startswith("version_")))
        )
        found += compare_metadata(context, metadata)
    return found


@pytest.mark.parametrize("spec", SPECS)
async def test_the_migrations_make_the_tables_of_the_code(
    spec: ServiceSpec, open_office: OpenOffice
) -> None:
    office = await open_office(spec)
    engine = create_async_engine(async_url(office.settings.owner_database_url))
    async with engine.connect() as connection:
        assert await connection.run_sync(differences, spec) == []
    await engine.dispose()


@pytest.mark.parametrize("spec", SPECS)
async def test_the_working_roles_own_nothing_and_cannot_rewrite_the_logs(
    spec: ServiceSpec, open_office: OpenOffice
) -> None:
    """PIPL.51: neither role may change or delete what was logged, or pass by the policies."""
    office = await open_office(spec)
    engine = create_async_engine(async_url(office.settings.owner_database_url))
    rights = text(
        "SELECT has_table_privilege(:role, :table, 'UPDATE'),"
        " has_table_privilege(:role, :table, 'DELETE'),"
        " has_table_privilege(:role, :table, 'TRUNCATE')"
    )
    async with engine.connect() as connection:
        for role in (api_role(spec.name), worker_role(spec.name)):
            for table in ("outbox", "audit_log"):
                found = (await connection.execute(rights, {"role": role, "table": table})).one()
                assert tuple(found) == (False, False, False), (role, table)
            flags = text("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles")
            of = await connection.execute(text(f"{flags.text} WHERE rolname = :r"), {"r": role})
            assert tuple(of.one()) == (False, False, False)
            owned = text("SELECT count(*) FROM pg_tables WHERE tableowner = :r")
            assert (await connection.execute(owned, {"r": role})).scalar_one() == 0
        secured = text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        names = set((await connection.execute(secured)).scalars())
    await engine.dispose()
    assert {table.name for table in (*scoped_tables(spec), *open_tables(spec))} == names
