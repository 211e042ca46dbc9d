"""How the desk's events become the mirror's tables: set by set, each effect written down."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import delete, insert, update
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.commands.context import CommandContext
from shared.contracts.received_event import ReceivedEvent
from shared.domain.problems import Conflict
from tests.shared.desk.events import LetterMoved, LetterReceived
from tests.shared.mirror.tables import Effect, LetterCopy, RegionSum


async def reflect(call: CommandContext, received: Sequence[ReceivedEvent]) -> None:
    """Keep what the events say. A letter nobody told of before is refused."""
    session = call.session
    fresh = [one for one in received if isinstance(one.event, LetterReceived)]
    if fresh:
        await session.execute(insert(LetterCopy), [_copy(one) for one in fresh])
        await _add(call, fresh)
    for one in received:
        if isinstance(one.event, LetterMoved):
            moved = await session.execute(
                update(LetterCopy)
                .where(LetterCopy.id == one.subject, LetterCopy.version == one.version - 1)
                .values(state=one.event.state, version=one.version)
                .returning(LetterCopy.id)
            )
            if moved.first() is None:
                raise Conflict("letter-unknown", "没有这封来信，或者它的版本不相接。")
    await session.execute(
        insert(Effect),
        [
            {"position": r.position, "event_id": r.id, "subject": r.subject, "version": r.version}
            for r in received
        ],
    )


def _copy(one: ReceivedEvent) -> dict[str, object]:
    assert isinstance(one.event, LetterReceived)
    return {
        "id": one.subject,
        "region": one.event.region,
        "state": "received",
        "version": one.version,
        "fen": one.event.fen,
    }


async def _add(call: CommandContext, fresh: Sequence[ReceivedEvent]) -> None:
    letters: Counter[str] = Counter()
    money: Counter[str] = Counter()
    for one in fresh:
        assert isinstance(one.event, LetterReceived)
        letters[one.event.region] += 1
        money[one.event.region] += one.event.fen
    added = upsert(RegionSum)
    added = added.on_conflict_do_update(
        index_elements=["region"],
        set_={
            "letters": RegionSum.letters + added.excluded.letters,
            "fen": RegionSum.fen + added.excluded.fen,
        },
    )
    for region in sorted(letters):
        row = {"region": region, "letters": letters[region], "fen": money[region]}
        await call.session.execute(added, row)


async def forget(call: CommandContext, source: str, kept: int) -> None:
    """Begin with nothing: every letter's events come again."""
    for table in (LetterCopy, RegionSum, Effect):
        await call.session.execute(delete(table))
