"""F23: the next version's migration while this version serves, and somebody reads for long."""

import asyncio
import shutil
from dataclasses import replace
from random import Random

from shared.db.engine import async_url
from shared.schema.migrate import upgrade
from tests.faults.scale import Scale
from tests.faults.stage import Stage
from tests.shared.desk.spec import DESK
from tests.waiting import until

NEXT = '''
"""Tables of the desk: what the next version adds."""

import sqlalchemy as sa
from alembic import op

revision = "desk_0002"
down_revision = "desk_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only adds: this version writes on without knowing of it."""
    op.add_column("letter", sa.Column("remark", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_letter_remark", "letter", ["remark"])
'''
WAITING = (
    "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
    "WHERE d.datname = 'desk' AND NOT l.granted AND l.mode = 'AccessExclusiveLock'"
)


async def migrated(stage: Stage, scale: Scale, dice: Random) -> None:
    """It waits for the reader in short turns, so that nobody waits long behind it."""
    folder = stage.folder / "next"
    shutil.copytree(DESK.migrations, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "desk_0002_remark.py").write_text(NEXT, encoding="utf-8")
    url = async_url(stage.server.url("desk"))
    busy = stage.journal.statuses["503"]
    async with stage.load(dice, scale.clients), stage.sessions("desk") as sessions:
        await asyncio.sleep(scale.calm)
        async with sessions() as session, session.begin():
            reader = await session.connection()
            await reader.exec_driver_sql("SELECT count(*) FROM letter")
            migrating = asyncio.create_task(upgrade(replace(DESK, migrations=folder), url))

            async def stands(*, waits: bool) -> bool:
                return bool(await stage.value("desk", WAITING)) is waits

            for waits in (True, False):  # it has waited, and has given up for the others' sake
                await until(lambda waits=waits: stands(waits=waits))
            assert not migrating.done()
        await migrating
        stage.events["migrated"] += 1
        before = stage.journal.statuses["201"]
        await until(lambda: stage.journal.statuses["201"] > before + 20)
    assert stage.journal.statuses["503"] == busy
    assert await stage.value("desk", "SELECT version_num FROM version_service") == "desk_0002"
    await stage.ready("desk-api", "desk-worker")
