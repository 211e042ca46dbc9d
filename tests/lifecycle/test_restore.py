"""F30: a producer restored from a backup: who notices, and what is taken back.

The whole of it, with real backups, processes and Kafka, is played in tests/faults/restore.py.
"""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.crypto import keyring
from shared.db.engine import async_url
from shared.domain.roles import Role
from shared.events import checkpoint
from shared.events.consumer import HistoryMismatch
from shared.events.restoration import RestoredLog, against_checkpoints
from shared.events.rewind import last_common
from shared.events.sequencer import START
from shared.events.verify import verify
from shared.runtime import intake
from tests.harness import Office
from tests.world.worlds import Worlds

KEPT = 10
"""Events that the backup holds."""


async def restored(office: Office) -> None:
    """Both logs as a backup taken after `KEPT` rows would bring them back."""
    engine = create_async_engine(async_url(office.settings.owner_database_url))
    async with engine.begin() as connection:
        for log in ("outbox", "audit_log"):
            await connection.execute(text(f"DELETE FROM {log} WHERE position > {KEPT}"))
            last = text(f"SELECT chain FROM {log} WHERE position = {KEPT}")
            chain = (await connection.execute(last)).scalar_one() or START
            await connection.execute(
                text("UPDATE sequence_head SET position = :at, chain = :chain WHERE log = :log"),
                {"at": KEPT, "chain": chain, "log": log},
            )
    await engine.dispose()


async def numbered_anew(office: Office) -> None:
    """The restored service works on: other events come to the positions that were lost."""
    engine = create_async_engine(async_url(office.settings.owner_database_url))
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO outbox (event_id, aggregate, subject, version, type, region, data, at,"
                " trace) SELECT gen_random_uuid(), aggregate, gen_random_uuid(), version, type,"
                " region, data, at, trace FROM outbox"
            )
        )
    await engine.dispose()
    assert len(await office.events()) > KEPT + 2


async def test_a_reader_ahead_of_the_restored_log_takes_nothing_in(worlds: Worlds) -> None:
    """While the log is shorter than what the reader has, the feed refuses: position-ahead."""
    async with worlds.open("expropriation") as world:
        await restored(world.office)
        reader: httpx.AsyncClient = world.client(Role.SERVICE, "220000")
        answer = await reader.get("/v1/events", params={"after": KEPT + 5})
        assert (answer.status_code, answer.json()["code"]) == (409, "position-ahead")
        assert answer.json()["head"] == KEPT
        with pytest.raises(HistoryMismatch):
            await intake.ask(reader, "expropriation", KEPT + 5, None)


async def test_a_restored_log_that_went_on_is_another_history(worlds: Worlds) -> None:
    """When the restored log has passed the reader, the event that it had tells them apart."""
    async with worlds.open("expropriation") as world:
        had = (await world.office.events())[KEPT + 1]
        reader: httpx.AsyncClient = world.client(Role.SERVICE, "220000")
        seen = [(one.position, one.id) for one in await world.office.events()]
        assert await last_common(reader, seen) == seen[-1][0]
        assert await intake.ask(reader, "expropriation", had.position, had.id)
        await restored(world.office)
        assert await last_common(reader, seen) == KEPT
        await numbered_anew(world.office)
        assert await last_common(reader, seen) == KEPT
        assert await last_common(reader, seen[KEPT:]) == 0
        with pytest.raises(HistoryMismatch):
            await intake.ask(reader, "expropriation", had.position, had.id)


async def test_checkpoints_tell_that_the_database_was_restored(worlds: Worlds) -> None:
    """The shortened chains are whole in themselves; the checkpoints before them say otherwise."""
    async with worlds.open("expropriation") as world:
        office, ring = world.office, keyring.installed()
        async with office.sessions() as session:
            taken = await checkpoint.take(session, office.spec.name, office.clock.now(), ring)
        await restored(office)
        async with office.sessions() as session:
            assert await verify(session, office.spec.name, ring) == []
            found = await verify(session, office.spec.name, ring, taken)
            with pytest.raises(RestoredLog, match="确认之前不编号"):
                await against_checkpoints(session, ring, taken)
        assert {(one.log, one.kind) for one in found} == {
            ("outbox", "rewritten"), ("audit_log", "rewritten"),
        }  # fmt: skip


async def test_a_confirmed_restore_ends_what_was_signed_beyond_it_and_nothing_else(
    worlds: Worlds,
) -> None:
    """Only who holds the keys can confirm; what was signed before the backup still binds."""
    async with worlds.open("expropriation") as world:
        office, ring, name = world.office, keyring.installed(), world.office.spec.name

        async def signed(**how: bool) -> list[checkpoint.Checkpoint]:
            async with office.sessions() as session:
                return await checkpoint.take(session, name, office.clock.now(), ring, **how)

        beyond = await signed()
        await restored(office)
        before, confirmed = await signed(), await signed(restored=True)
        await numbered_anew(office)
        known = [*before, *beyond, *confirmed, *await signed()]
        forged = [replace(one, signature="00") for one in confirmed]
        async with office.sessions() as session:
            assert await verify(session, name, ring, known) == []
            await against_checkpoints(session, ring, known)
            unsigned = await verify(session, name, ring, [*before, *beyond, *forged])
            assert {one.kind for one in unsigned} == {"rewritten", "forged"}
            changed = [replace(one, chain="00").signed(ring) for one in before]
            assert len(await verify(session, name, ring, [*changed, *beyond, *confirmed])) == 2


async def test_a_checkpoint_cut_off_by_a_power_failure_costs_no_other(tmp_path: Path) -> None:
    file, ring = tmp_path / "checkpoints.jsonl", keyring.installed()
    one = checkpoint.Checkpoint("desk", "outbox", 1, "00", "2021-04-01T00:00:00+08:00").signed(ring)
    checkpoint.append(file, [one])
    with file.open("ab") as torn:
        torn.write(file.read_bytes()[:50])
    assert checkpoint.read(file, "desk") == [one]
    checkpoint.append(file, [one])
    assert checkpoint.read(file, "desk") == [one, one]
