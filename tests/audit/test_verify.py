"""Every way of altering a log, by somebody who may do anything in the database, is found."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.crypto import keyring
from shared.db.engine import async_url
from shared.events import checkpoint
from shared.events.sequencer import LOGS
from shared.events.verify import LogFinding, verify
from tests.audit.forger import owner, rewrite, verify_command
from tests.harness import Office
from tests.world.worlds import Worlds

ALTERED = [
    ("audit_log", "UPDATE audit_log SET actor_sub = 'somebody' WHERE position = 7", 7, "altered"),
    ("audit_log", "UPDATE audit_log SET reason = reason || '。' WHERE position = 9", 9, "altered"),
    ("audit_log", "UPDATE audit_log SET at = at + interval '1 s' WHERE position = 1", 1, "altered"),
    ("audit_log", "DELETE FROM audit_log WHERE position = 5", 5, "missing"),
    ("audit_log", "DELETE FROM audit_log WHERE position > 20", 21, "missing"),
    ("outbox", "UPDATE outbox SET data = replace(data, '22', '33') WHERE position = 3", 3,
     "altered"),
    ("outbox", "UPDATE outbox SET region = '220202' WHERE position = 4", 4, "altered"),
    ("outbox", "UPDATE outbox SET version = version + 100 WHERE position = 6", 6, "altered"),
    ("outbox", "DELETE FROM outbox WHERE position = 2", 2, "missing"),
    ("outbox", "UPDATE sequence_head SET position = position + 1 WHERE log = 'outbox'", 0,
     "missing"),
]  # fmt: skip


async def proved(office: Office, *checkpoints: checkpoint.Checkpoint) -> list[LogFinding]:
    """What `verify` finds."""
    async with office.sessions() as session:
        return await verify(session, office.spec.name, keyring.installed(), checkpoints)


async def test_whoever_alters_a_log_is_found_with_position_actor_and_object(
    worlds: Worlds,
) -> None:
    async with worlds.open("expropriation") as world:
        office = world.office
        assert await proved(office) == []
        for log, statement, position, kind in ALTERED:
            engine = create_async_engine(async_url(office.settings.owner_database_url))
            async with engine.connect() as connection:
                await connection.begin()
                whole = text(f"SELECT * FROM {log} WHERE position = {position}")
                row = (await connection.execute(whole)).first()
                await connection.execute(text(f"CREATE TABLE kept AS SELECT * FROM {log}"))
                await connection.execute(text("CREATE TABLE heads AS SELECT * FROM sequence_head"))
                await connection.execute(text(statement))
                await connection.commit()
                (finding,) = await proved(office)
                assert (finding.log, finding.kind) == (log, kind), statement
                assert finding.position == position or not position, statement
                if row is not None and kind == "altered":
                    assert str(getattr(row, "object_id", None) or row.subject) in finding.about
                await connection.execute(text(f"DELETE FROM {log}"))
                await connection.execute(
                    text(f"INSERT INTO {log} OVERRIDING SYSTEM VALUE SELECT * FROM kept")
                )
                await connection.execute(text("DELETE FROM sequence_head"))
                await connection.execute(text("INSERT INTO sequence_head SELECT * FROM heads"))
                await connection.execute(text("DROP TABLE kept, heads"))
                await connection.commit()
            await engine.dispose()
        assert await proved(office) == []


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.name)
async def test_who_computes_the_whole_chain_anew_is_found_by_a_checkpoint(
    log: object, worlds: Worlds
) -> None:
    (chosen,) = [one for one in LOGS if one is log]
    async with worlds.open("expropriation") as world:
        office = world.office
        async with office.sessions() as session:
            ring, now = keyring.installed(), office.clock.now()
            taken = await checkpoint.take(session, office.spec.name, now, ring)
        assert await proved(office, *taken) == []
        await rewrite(office, chosen, 3)
        assert await proved(office) == []
        (finding,) = await proved(office, *taken)
        assert (finding.log, finding.kind, finding.position) == (chosen.name, "rewritten", 1)


async def test_a_checkpoint_that_nobody_signed_is_told(worlds: Worlds, tmp_path: Path) -> None:
    async with worlds.open("supervision") as world:
        office, file = world.office, tmp_path / "checkpoints.jsonl"
        for _ in range(2):
            await checkpoint.keep(
                office.sessions, office.spec, office.clock.now(), keyring.installed(), file
            )
        assert len(checkpoint.read(file, office.spec.name)) == 4
        assert checkpoint.read(file, "subsidy") == []
        assert await proved(office, *checkpoint.read(file, office.spec.name)) == []
        forged = file.read_text("utf-8").replace('"position": ', '"position": 1')
        file.write_text(forged, "utf-8")
        kinds = {f.kind for f in await proved(office, *checkpoint.read(file, office.spec.name))}
        assert kinds == {"forged"}


async def test_the_command_names_what_was_altered_and_ends_with_one(
    worlds: Worlds, tmp_path: Path
) -> None:
    async with worlds.open("expropriation") as world:
        office, file = world.office, tmp_path / "checkpoints.jsonl"
        await checkpoint.keep(
            office.sessions, office.spec, office.clock.now(), keyring.installed(), file
        )
        good = verify_command(office, file)
        assert (good.returncode, good.stdout.count("✓")) == (0, 1), good.stderr
        async with owner(office) as connection:
            await connection.execute(
                text("UPDATE audit_log SET actor_sub = 'nobody' WHERE position = 11")
            )
            await connection.commit()
        bad = verify_command(office, file)
        assert bad.returncode == 1
        assert "audit_log" in bad.stdout
        assert "11" in bad.stdout
        assert "nobody" in bad.stdout
