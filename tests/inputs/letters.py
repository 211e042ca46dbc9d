"""Letters with something bad in their middle, and what must have become of them at the reader."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select, update

from shared.commands.actor import Actor
from shared.db.scope import EVERYTHING
from shared.domain.roles import Role
from shared.events.consumer import positions
from shared.events.inbox import dead_letter
from shared.events.redrive import redrive
from tests.acting import Json
from tests.harness import Office
from tests.shared.mirror.spec import MIRROR
from tests.shared.mirror.tables import Effect, LetterCopy, RegionSum
from tests.shared.post import move_letters, told, write_letters

OPERATOR = Actor("wang", "o1", frozenset({Role.OPERATOR}), "220000", EVERYTHING)


@dataclass(frozen=True)
class Good:
    """One event as the desk told it."""

    position: int
    subject: UUID
    raw: bytes

    @property
    def whole(self) -> Json:
        """The envelope as JSON."""
        found: Json = json.loads(self.raw)
        return found


@dataclass
class Post:
    """One letter per bad thing, each received, answered and filed, and one that is spared."""

    events: list[Good]
    letters: dict[str, UUID]
    spared: UUID
    bad: dict[str, Good] = field(default_factory=dict)
    """Label -> the event in whose place the bad thing comes: the letter's answer."""


async def post(desk: Office, labels: list[str]) -> Post:
    """The desk's events, numbered by the desk itself."""
    ids = await write_letters(desk, len(labels) + 1)
    await move_letters(desk, ids, "answer", "answered")
    await move_letters(desk, ids, "file", "filed")
    events = [Good(one.position, one.subject, one.raw) for one in await told(desk)]
    made = Post(events, dict(zip(labels, ids[:-1], strict=True)), ids[-1])
    second = {one.subject: one for one in events if b'"aggregateversion":2,' in one.raw}
    made.bad = {label: second[id] for label, id in made.letters.items()}
    return made


async def states(mirror: Office) -> dict[UUID, str]:
    """Letter -> its state at the reader."""
    async with mirror.sessions() as session:
        rows = await session.execute(select(LetterCopy.id, LetterCopy.state))
        return {row.id: row.state for row in rows}


async def waiting(mirror: Office) -> dict[UUID, tuple[str, UUID]]:
    """Dead letter -> its code and aggregate."""
    async with mirror.sessions() as session:
        rows = await session.execute(
            select(dead_letter.c.event_id, dead_letter.c.code, dead_letter.c.subject)
        )
        return {row.event_id: (row.code, row.subject) for row in rows}


async def settled(mirror: Office, made: Post, count: int) -> bool:
    """Whether so many events had an effect or are dead letters."""
    async with mirror.sessions() as session:
        effects = len((await session.execute(select(Effect.id))).all())
    return effects + len(await waiting(mirror)) >= count


async def assert_dead_letters(
    mirror: Office, made: Post, codes: dict[str, str], name: Callable[[str], UUID]
) -> None:
    """What is bad waits under its code, its letter's later event behind it; the rest is done."""
    seen, at = await states(mirror), await waiting(mirror)
    assert seen[made.spared] == "filed"
    wrong = []
    for label, code in codes.items():
        found = at.get(name(label), at.get(UUID(made.bad[label].whole["id"]), ("", None)))[0]
        letter = made.letters[label]
        behind = [c for c, subject in at.values() if subject == letter]
        if code and (found != code or seen.get(letter) != "received" or not behind):
            wrong.append((label, found, seen.get(letter), behind))
        if not code and (found or seen.get(letter) != "filed"):
            wrong.append((label, found, seen.get(letter), behind))
    assert not wrong, wrong


async def assert_mended(
    mirror: Office, made: Post, name: Callable[[str], UUID], source: str
) -> None:
    """As soon as the dead letters can be read, a redrive brings all to the state of the desk."""
    async with mirror.sessions() as session, session.begin():
        for label, good in made.bad.items():
            for id in (name(label), UUID(good.whole["id"])):
                mended = update(dead_letter).where(dead_letter.c.event_id == id)
                await session.execute(mended.values(envelope=good.raw))
    done = await redrive(
        MIRROR, mirror.sessions, mirror.clock, OPERATOR, really=True, reason="来源已更正"
    )
    left = [one for one in done if one.outcome != "applied"]
    assert not left, left
    assert await waiting(mirror) == {}
    letters = [*made.letters.values(), made.spared]
    assert await states(mirror) == dict.fromkeys(letters, "filed")
    async with mirror.sessions() as session:
        assert (await positions(session))[source] == len(made.events)
        sums = (await session.execute(select(RegionSum.letters, RegionSum.fen))).one()
        rows = await session.execute(select(Effect.subject, Effect.version))
        effects = [(row.subject, row.version) for row in rows]
    count = len(letters)
    assert tuple(sums) == (count, count * (count + 1) // 2)
    assert sorted(effects) == sorted((id, version) for id in letters for version in (1, 2, 3))


def place_name(source: str, place: str) -> UUID:
    """Under which id a record that is no event is a dead letter."""
    return uuid5(NAMESPACE_URL, f"{source}|{place}")
