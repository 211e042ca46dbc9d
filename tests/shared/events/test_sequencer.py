"""The sequencer: two at once do not hurt, and its chain tells what was changed afterwards."""

import asyncio
from typing import Any

import pytest

from shared.db.connections import Connections
from shared.events.sequencer import AUDIT, EVENTS, LOGS, WAITING, Log, broken_link, sequence
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.shared.desk.spec import DESK
from tests.shared.post import as_owner, told, write_letters


@pytest.fixture
async def office(open_office: OpenOffice) -> Office:
    office = await open_office(DESK)
    await write_letters(office, 6)
    return office


async def broken(office: Office, log: Log) -> int | None:
    async with office.sessions() as session:
        return await broken_link(session, "desk", log)


async def waiting(office: Office, log: Log) -> bool:
    [owed] = await office.connections.fetch(WAITING)
    return bool(owed[log.name])


async def test_sequencers_at_once_number_every_row_once(office: Office) -> None:
    await write_letters(office, 34)

    async def one(most: int) -> int:
        done = 0
        for log in LOGS:
            while await waiting(office, log):
                done += await sequence(office.connections, "desk", log, most)
        return done

    assert sum(await asyncio.gather(*(one(most) for most in (1, 2, 3, 5)))) == 80
    assert [event.position for event in await told(office)] == list(range(1, 41))
    assert [await broken(office, log) for log in LOGS] == [None, None]


class Hanging(Connections):
    """Connections of a process that hangs after its first statement, until it is woken."""

    def __init__(self, office: Office) -> None:
        super().__init__(office.settings.as_worker(), office.engine)
        self.hangs, self.woken = asyncio.Event(), asyncio.Event()

    async def fetch(self, sql: str, *values: Any) -> list[Any]:
        rows = await super().fetch(sql, *values)
        self.hangs.set()
        await self.woken.wait()
        return rows


async def test_a_process_that_hangs_holds_nothing_up_and_numbers_nothing_late(
    office: Office,
) -> None:
    hanging = Hanging(office)
    late = asyncio.create_task(sequence(hanging, "desk", EVENTS))
    await hanging.hangs.wait()
    assert await office.number() == 12
    hanging.woken.set()
    assert await late == 0
    assert [event.position for event in await told(office)] == list(range(1, 7))
    assert [await broken(office, log) for log in LOGS] == [None, None]


async def test_nothing_to_do_is_nothing_done(office: Office) -> None:
    assert await office.number() == 12
    assert await office.number() == 0


CHANGES = {
    "data": (EVENTS, "UPDATE outbox SET data = replace(data, '\"fen\":4', '\"fen\":40')", 4),
    "region": (EVENTS, "UPDATE outbox SET region = '220103' WHERE position = 3", 3),
    "aggregate": (EVENTS, "UPDATE outbox SET aggregate = 'desk.other' WHERE position = 2", 2),
    "time": (EVENTS, "UPDATE outbox SET at = at - interval '1 day' WHERE position = 1", 1),
    "removed": (EVENTS, "DELETE FROM outbox WHERE position = 3", 3),
    "cut off": (EVENTS, "DELETE FROM outbox WHERE position = 6", 6),
    "renumbered": (EVENTS, "UPDATE outbox SET position = 9 WHERE position = 6", 6),
    "no longer numbered": (EVENTS, "UPDATE outbox SET position = NULL WHERE position = 5", 5),
    "swapped": (
        EVENTS,
        (
            "UPDATE outbox SET position = -position WHERE position IN (2, 3);"
            "UPDATE outbox SET position = 5 + position WHERE position < 0"
        ),
        2,
    ),
    "added": (
        EVENTS,
        (
            "INSERT INTO outbox (event_id, aggregate, subject, version, type, region, data, at,"
            " trace, position, chain) SELECT gen_random_uuid(), aggregate, subject, 2, type,"
            " region, data, at, trace, 7, chain FROM outbox WHERE position = 6"
        ),
        7,
    ),
    "chain": (EVENTS, "UPDATE outbox SET chain = sha256('x') WHERE position = 5", 5),
    "head": (EVENTS, "UPDATE sequence_head SET chain = sha256('x') WHERE log = 'outbox'", 6),
    "no head": (EVENTS, "DELETE FROM sequence_head WHERE log = 'outbox'", 1),
    "who": (AUDIT, "UPDATE audit_log SET actor_sub = 'other' WHERE position = 4", 4),
    "why": (AUDIT, "UPDATE audit_log SET reason = 'x' WHERE position = 2", 2),
    "unseen": (AUDIT, "DELETE FROM audit_log WHERE position = 5", 5),
}


@pytest.mark.parametrize("name", CHANGES)
async def test_the_chain_names_the_first_row_that_was_changed(office: Office, name: str) -> None:
    """S11.6: what was recorded can be checked by anybody who has the log."""
    log, command, position = CHANGES[name]
    await office.number()
    assert await broken(office, log) is None
    await as_owner(office, *command.split(";"))
    assert await broken(office, log) == position
    assert await broken(office, AUDIT if log is EVENTS else EVENTS) is None


async def test_the_services_roles_cannot_change_what_was_logged(office: Office) -> None:
    await office.number()
    for command in ("UPDATE outbox SET data = '{}'", "DELETE FROM audit_log"):
        for role in ("desk_api", "desk_worker"):
            with pytest.raises(Exception, match="permission denied"):
                await as_owner(office, f"SET ROLE {role}", command)
