"""The sequencer: two at once do not hurt, and its chain tells what was changed afterwards."""

import asyncio
import contextlib

import pytest
from sqlalchemy.exc import DBAPIError

from shared import leader
from shared.consumer import is_transient
from shared.sequencer import AUDIT, EVENTS, LOGS, Log, broken_link, sequence, sequence_all
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.shared.desk.spec import DESK
from tests.shared.post import as_owner, told, write_letters
from tests.waiting import until


@pytest.fixture
async def office(open_office: OpenOffice) -> Office:
    office = await open_office(DESK)
    await write_letters(office, 6)
    return office


async def broken(office: Office, log: Log) -> int | None:
    async with office.sessions() as session:
        return await broken_link(session, "desk", log)


async def test_sequencers_at_once_number_every_row_once(office: Office) -> None:
    await write_letters(office, 34)

    async def one(most: int) -> int:
        done = 0
        for log in LOGS:
            while True:
                async with office.sessions() as session, session.begin():
                    count = await sequence(session, "desk", log, most)
                if not count:
                    break
                done += count
        return done

    assert sum(await asyncio.gather(*(one(most) for most in (1, 2, 3, 5)))) == 80
    assert [event.position for event in await told(office)] == list(range(1, 41))
    assert [await broken(office, log) for log in LOGS] == [None, None]


async def test_a_process_that_hangs_lets_go_of_the_head(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leader, "LEASE", 1)
    async with office.sessions() as session:
        assert await sequence(session, "desk", EVENTS) == 6

        async def taken_over() -> bool:
            with contextlib.suppress(DBAPIError):  # the head is locked
                return await sequence_all(office.sessions, "desk") == 12
            return False

        await until(taken_over)
        with pytest.raises(DBAPIError) as late:
            await session.commit()
        assert is_transient(late.value)
        await session.invalidate()
    assert await broken(office, EVENTS) is None


async def test_nothing_to_do_is_nothing_done(office: Office) -> None:
    assert await sequence_all(office.sessions, "desk") == 12
    assert await sequence_all(office.sessions, "desk") == 0


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
        "UPDATE outbox SET position = -position WHERE position IN (2, 3);"
        "UPDATE outbox SET position = 5 + position WHERE position < 0",
        2,
    ),
    "added": (
        EVENTS,
        "INSERT INTO outbox (event_id, aggregate, subject, version, type, region, data, at, trace,"
        " position, chain) SELECT gen_random_uuid(), aggregate, subject, 2, type, region, data, at,"
        " trace, 7, chain FROM outbox WHERE position = 6",
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
    await sequence_all(office.sessions, "desk")
    assert await broken(office, log) is None
    await as_owner(office, *command.split(";"))
    assert await broken(office, log) == position
    assert await broken(office, AUDIT if log is EVENTS else EVENTS) is None


async def test_the_services_roles_cannot_change_what_was_logged(office: Office) -> None:
    await sequence_all(office.sessions, "desk")
    for command in ("UPDATE outbox SET data = '{}'", "DELETE FROM audit_log"):
        for role in ("desk_api", "desk_worker"):
            with pytest.raises(Exception, match="permission denied"):
                await as_owner(office, f"SET ROLE {role}", command)
