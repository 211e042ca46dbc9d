"""Write the next migration of a service (or of the machinery) from its tables.

    python -m deploy.migration applications first
    python -m deploy.migration machinery add-epoch

A throw-away PostgreSQL is brought to the newest revision; what the tables have more becomes the
body of the new file. Read it before you commit it.
"""

import asyncio
import importlib
import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine

from shared.commands.spec import ServiceSpec
from shared.db.engine import async_url
from shared.local.postgres_server import EmbeddedPostgres
from shared.schema.access import MACHINERY_TABLES
from shared.schema.migrate import MACHINERY_SCRIPTS, context_of, run_chains, scripts

TEMPLATE = '''"""{label}"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "{revision}"
down_revision = {down!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a mistake is mended by the next revision."""
{body}
'''


def load(name: str) -> ServiceSpec:
    """The spec of a service; the tables of the machinery need one of any service."""
    module = "tests.shared.desk.spec" if name == "machinery" else f"services.{name}.spec"
    found = importlib.import_module(module)
    spec: ServiceSpec = found.DESK if name == "machinery" else found.SPEC
    return spec


def _body(connection: Connection, table: str, metadata: MetaData) -> str:
    context = context_of(connection, table)
    context.opts["include_object"] = lambda item, name, kind, reflected, other: (
        not (kind == "table" and reflected and other is None)
    )
    operations = produce_migrations(context, metadata).upgrade_ops
    if operations is None or operations.is_empty():
        return ""
    return str(render_python_code(operations))


async def write(name: str, slug: str) -> Path | None:
    """Make the file; None when the tables are as the revisions say."""
    spec = load(name)
    machinery = name == "machinery"
    folder = MACHINERY_SCRIPTS if machinery else spec.migrations
    table = "version_machinery" if machinery else "version_service"
    metadata = MACHINERY_TABLES[0].metadata if machinery else spec.metadata
    folder.mkdir(exist_ok=True)
    server = EmbeddedPostgres()
    await asyncio.to_thread(server.start)
    try:
        url = async_url(await server.create_database("draft"))
        engine = create_async_engine(url)
        async with engine.connect() as connection:
            await connection.run_sync(run_chains, spec)
            body = await connection.run_sync(_body, table, metadata)
        await engine.dispose()
    finally:
        await asyncio.to_thread(server.stop)
    if not body:
        return None
    heads = scripts(folder).get_heads()
    number = len(list(folder.glob("*_[0-9][0-9][0-9][0-9]_*.py"))) + 1
    revision = f"{name}_{number:04d}"
    path = folder / f"{revision}_{slug.replace('-', '_')}.py"
    lines = [line for line in body.splitlines() if not line.lstrip().startswith("# ###")]
    body = "\n".join(lines).replace("astext_type=Text()", "")
    text = TEMPLATE.format(
        label=f"Tables of {name}: {slug}.",
        revision=revision,
        down=heads[0] if heads else None,
        body=body,
    )
    path.write_text(text, encoding="utf-8")
    return path


def tidy(path: Path) -> None:
    """Give a rendered file the project's form."""
    for command in (["check", "--quiet", "--fix", "--select", "F401"], ["format", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *command, str(path)], check=True)


def main(arguments: list[str]) -> int:
    """Exit code 0 when a file was written or nothing is to be done."""
    if len(arguments) != 2:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    path = asyncio.run(write(*arguments))
    if path:
        tidy(path)
    sys.stdout.write(f"{path.name}\n" if path else "没有变化\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
