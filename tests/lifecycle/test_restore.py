"""F30: a producer restored from a backup is behind its readers; today's behaviour, proved."""

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from shared import checkpoint, crypto, intake
from shared.db import async_url
from shared.roles import Role
from shared.sequencer import START
from shared.verify import verify
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
        reader: httpx.AsyncClient = world.client(Role.INTEGRATOR, "220000")
        answer = await reader.get("/v1/events", params={"after": KEPT + 5})
        assert (answer.status_code, answer.json()["code"]) == (409, "position-ahead")
        assert answer.json()["head"] == KEPT
        with pytest.raises(intake.FeedAway, match="position-ahead"):
            await intake._ask(reader, "expropriation", KEPT + 5, None)


async def test_a_restored_log_that_went_on_is_another_history(worlds: Worlds) -> None:
    """When the restored log has passed the reader, the event that it had tells them apart."""
    async with worlds.open("expropriation") as world:
        had = (await world.office.events())[KEPT + 1]
        reader: httpx.AsyncClient = world.client(Role.INTEGRATOR, "220000")
        assert await intake._ask(reader, "expropriation", had.position, had.id)
        await restored(world.office)
        await numbered_anew(world.office)
        with pytest.raises(intake.FeedAway, match="history-differs"):
            await intake._ask(reader, "expropriation", had.position, had.id)


async def test_checkpoints_tell_that_the_database_was_restored(worlds: Worlds) -> None:
    """The shortened chains are whole in themselves; the checkpoints before them say otherwise."""
    async with worlds.open("expropriation") as world:
        office, ring = world.office, crypto.keyring()
        async with office.sessions() as session:
            taken = await checkpoint.take(session, office.spec.name, office.clock.now(), ring)
        await restored(office)
        async with office.sessions() as session:
            assert await verify(session, office.spec.name, ring) == []
            found = await verify(session, office.spec.name, ring, taken)
        assert {(one.log, one.kind) for one in found} == {
            ("outbox", "rewritten"), ("audit_log", "rewritten"),
        }  # fmt: skip
