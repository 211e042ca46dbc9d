"""Taking in events: inbox, effect and position in one transaction; the rest are dead letters.

Errors have three classes. Transient (the database is away, busy, or chose us as a deadlock's
victim) goes up to the caller, who tries again. Benign (seen before) is success. Permanent (the
data breaks the contract, a rule refuses, a fault of ours) makes a dead letter of the event and, in
order, of every later event of the same aggregate; the rest goes on. Nothing is skipped silently.
And when another event has taken a position already, the source is not the one that it was: its
intake stands still.
"""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import delete, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.commands.actor import SYSTEM
from shared.commands.context import CommandContext
from shared.commands.spec import ServiceSpec
from shared.contracts.received_event import ReceivedEvent
from shared.db.engine import Sessions
from shared.db.errors import ERRORS, as_problem
from shared.db.model import among
from shared.domain.problems import Problem, Refused, Unavailable
from shared.environment.clock import Clock
from shared.environment.logs import log, traceparent
from shared.events.envelope import BadRecord, UnknownEvent
from shared.events.inbox import consumer_pos, dead_letter, inbox

MALFORMED = "malformed"
"""The type of a dead letter that is no event."""
_NOWHERE = "000000"
_CLAIM = text(
    """
    WITH claimed AS (
      INSERT INTO inbox (event_id, source, position, at)
      SELECT id, source, position, CAST(:at AS timestamptz)
      FROM unnest(CAST(:ids AS uuid[]), CAST(:sources AS text[]), CAST(:positions AS bigint[]))
        AS one(id, source, position)
      ON CONFLICT (event_id) DO NOTHING RETURNING event_id
    )
    SELECT count(*) AS many, EXISTS (SELECT FROM dead_letter) AS any_dead_letter,
           CASE WHEN count(*) < cardinality(:ids) THEN array_agg(event_id) END AS ids
    FROM claimed
    """
)
"""How many were new and, when some were not, which; and whether there is any dead letter."""
_ADVANCE = text(
    """
    UPDATE consumer_pos AS c SET position = CASE
      WHEN EXISTS (SELECT FROM inbox WHERE source = :source AND position = seen.position + 1) THEN (
        SELECT max(position) FROM (
          SELECT position, position - row_number() OVER (ORDER BY position) AS behind
          FROM inbox WHERE source = :source AND position > seen.position
        ) AS numbered WHERE behind = seen.position
      ) ELSE seen.position END
    FROM (SELECT position, xmin AS version FROM consumer_pos WHERE source = :source) AS seen
    WHERE c.source = :source AND c.xmin = seen.version
    RETURNING c.position
    """
)
"""The position moves only over events that are all there, whatever order they came in.

Every transaction writes the row, and only as it was seen: one that had to wait for another cannot
see that one's events yet, writes nothing and looks again.
"""


class HistoryMismatch(Exception):
    """A source tells another event at a position that it told before: it was restored, or worse.

    Nothing of it may be taken in until somebody has compared both sides (docs/operations.md).
    """

    def __init__(self, source: str, position: int) -> None:
        super().__init__(f"{source} {position}")
        self.source, self.position = source, position


def sources(spec: ServiceSpec) -> tuple[str, ...]:
    """The services whose events this one takes in."""
    found = {kind.service for one in spec.subscriptions for kind in one.types}
    return tuple(sorted(found))


def call_for(session: AsyncSession, clock: Clock) -> CommandContext:
    """A run that acts for the system: of jobs, consumers and operators' commands."""
    return CommandContext(
        actor=SYSTEM,
        reach=SYSTEM.reach,
        now=clock.now(),
        today=clock.today(),
        trace=traceparent(None),
        open=lambda: session,
        runs=True,
    )


async def watch_sources(spec: ServiceSpec, sessions: Sessions) -> None:
    """Begin every source at position 0, so that its progress can be seen before its first event."""
    names = sources(spec)
    if names:
        rows = [{"source": name, "position": 0} for name in names]
        async with sessions() as session, session.begin():
            await session.execute(insert(consumer_pos).values(rows).on_conflict_do_nothing())


async def positions(session: AsyncSession) -> dict[str, int]:
    """Source -> the last position up to which everything has come in."""
    rows = await session.execute(select(consumer_pos.c.source, consumer_pos.c.position))
    return dict(rows.all())


def is_transient(error: BaseException) -> bool:
    """Whether trying the same again later can succeed."""
    if isinstance(error, ERRORS):
        try:
            error = as_problem(error)
        except ERRORS:
            return False
    return isinstance(error, Problem) and (
        isinstance(error, Unavailable) or error.code == "in-progress"
    )


async def take_in(
    spec: ServiceSpec, sessions: Sessions, clock: Clock, batch: Sequence[ReceivedEvent]
) -> int:
    """Apply a batch once, in one transaction; how many events were new.

    When that fails for good, its halves are tried, in order, down to the failing event, which
    becomes a dead letter. Transient errors and `HistoryMismatch` are raised: nothing of the failing
    part is kept.
    """
    if not batch:
        return 0
    try:
        async with sessions() as session, session.begin():
            return await _apply(spec, call_for(session, clock), batch)
    except Exception as error:
        if is_transient(error):
            raise
        if len(batch) == 1:
            if isinstance(error, HistoryMismatch) or _position_taken(error):
                raise HistoryMismatch(*_place(batch[0])) from None
            await _add_failed(sessions, clock, batch[0], error)
            return 0
    ordered = sorted(batch, key=lambda received: (received.source, received.position))
    middle = len(ordered) // 2
    first = await take_in(spec, sessions, clock, ordered[:middle])
    return first + await take_in(spec, sessions, clock, ordered[middle:])


def _position_taken(error: Exception) -> bool:
    return isinstance(error, IntegrityError) and "ix_inbox_source_position" in str(error.orig)


async def _apply(spec: ServiceSpec, call: CommandContext, batch: Sequence[ReceivedEvent]) -> int:
    """Claim, set aside what stands behind a dead letter, apply the rest, advance."""
    batch = sorted(batch, key=_place)
    fresh, any_dead_letter = await _claim(call, batch)
    behind = await _behind_dead_letters(call, fresh) if any_dead_letter else []
    await _add_dead_letters(call, behind, "behind-dead-letter", "同一对象有更早的死信")
    held = {one.id for one in behind}
    await carry_out(spec, call, [one for one in fresh if one.id not in held] if held else fresh)
    await _advance(call, {one.source for one in batch})
    return len(fresh)


async def _claim(
    call: CommandContext, batch: Sequence[ReceivedEvent]
) -> tuple[Sequence[ReceivedEvent], bool]:
    """Of these events, which are in order, those that are new; is there any dead letter?

    Raises `HistoryMismatch` for an id that was told at another position.
    """
    ids = [one.id for one in batch]
    values = {
        "ids": ids,
        "sources": [one.source for one in batch],
        "positions": [one.position for one in batch],
        "at": call.now,
    }
    claimed = (await call.session.execute(_CLAIM, values)).one()
    if claimed.many == len(batch):
        return batch, claimed.any_dead_letter
    taken = set(claimed.ids or ())
    kept = select(inbox.c.event_id, inbox.c.source, inbox.c.position)
    rows = await call.session.execute(kept.where(among(inbox.c.event_id, ids)))
    places = {row.event_id: (row.source, row.position) for row in rows}
    fresh = {}
    for one in batch:
        if places.get(one.id, _place(one)) != _place(one):
            raise HistoryMismatch(one.source, one.position)
        if one.id in taken:
            fresh[one.id] = one
    # Somebody may have made a dead letter while this one waited for him to claim it.
    return list(fresh.values()), True


def _place(one: ReceivedEvent) -> tuple[str, int]:
    return one.source, one.position


async def _behind_dead_letters(
    call: CommandContext, fresh: Sequence[ReceivedEvent]
) -> list[ReceivedEvent]:
    """Of these events, those of an aggregate with an earlier dead letter."""
    keys = list({(one.source, one.subject) for one in fresh})
    found = (
        select(dead_letter.c.source, dead_letter.c.subject, func.min(dead_letter.c.position))
        .where(tuple_(dead_letter.c.source, dead_letter.c.subject).in_(keys))
        .group_by(dead_letter.c.source, dead_letter.c.subject)
    )
    rows = await call.session.execute(found)
    first = {(source, subject): at for source, subject, at in rows}
    return [o for o in fresh if o.position > first.get((o.source, o.subject), o.position)]


async def carry_out(
    spec: ServiceSpec, call: CommandContext, fresh: Sequence[ReceivedEvent]
) -> None:
    """The effects of events, in the caller's transaction.

    Raises `Refused` for an event of a kind that the service takes in but cannot read: another
    major version, or data against the contract. It must not be passed by.
    """
    told = {type(one.event) for one in fresh}
    if UnknownEvent in told:
        kinds = {_kind(one.event_type()) for each in spec.subscriptions for one in each.types}
        for one in fresh:
            if isinstance(one.event, UnknownEvent) and _kind(one.type) in kinds:
                raise Refused(one.event.code, "本版本读不懂这个事件，升级后可重新处理。")
    for subscription in spec.subscriptions:
        if wanted := told.intersection(subscription.types):
            await subscription.apply(call, [one for one in fresh if type(one.event) in wanted])
            await call.write()


def _kind(event_type: str) -> str:
    """The type without its major version."""
    return event_type.rpartition(".v")[0]


async def _advance(call: CommandContext, names: set[str]) -> None:
    for name in sorted(names):
        while not (await call.session.execute(_ADVANCE, {"source": name})).first():
            first = insert(consumer_pos).values(source=name, position=0)  # never watched before
            await call.session.execute(first.on_conflict_do_nothing())


async def _add_dead_letters(
    call: CommandContext, batch: Sequence[ReceivedEvent], code: str, reason: str
) -> None:
    rows = [
        {
            "event_id": one.id,
            "source": one.source,
            "position": one.position,
            "subject": one.subject,
            "version": one.version,
            "type": one.type,
            "region": one.event.region,
            "envelope": one.raw,
            "code": code[:80],
            "reason": reason[:2000],
            "at": call.now,
        }
        for one in batch
    ]
    if rows:
        await call.session.execute(insert(dead_letter).on_conflict_do_nothing(), rows)
        log().error(
            "dead-letter", code=code, count=len(rows), source=batch[0].source, type=batch[0].type
        )


async def _add_failed(
    sessions: Sessions, clock: Clock, one: ReceivedEvent, error: BaseException
) -> None:
    """Make a dead letter of an event that failed for good; the reason never quotes the event."""
    code = error.code if isinstance(error, Problem) else type(error).__name__
    reason = error.detail if isinstance(error, Problem) else f"处理时出错：{type(error).__name__}"
    async with sessions() as session, session.begin():
        call = call_for(session, clock)
        if (await _claim(call, [one]))[0]:
            await _add_dead_letters(call, [one], code, reason)
            await _advance(call, {one.source})


async def keep_bad_record(sessions: Sessions, clock: Clock, bad: BadRecord) -> None:
    """Keep a record that is no event, once; its place in the source names it.

    Its aggregate's later events wait behind it, as far as the aggregate can be told.
    """
    name = uuid5(NAMESPACE_URL, f"{bad.source}|{bad.place}")
    one = ReceivedEvent(
        event=UnknownEvent(region=_NOWHERE, code=bad.code),
        id=name,
        source=bad.source,
        position=bad.position,
        subject=bad.subject or name,
        version=0,
        time=clock.now(),
        type=MALFORMED,
        raw=bad.raw[: 1024 * 1024],
    )
    try:
        async with sessions() as session, session.begin():
            call = call_for(session, clock)
            if bad.position and not (await _claim(call, [one]))[0]:
                return
            await _add_dead_letters(call, [one], bad.code, f"不是有效的事件，位置 {bad.place}")
            if bad.position:
                await _advance(call, {one.source})
    except IntegrityError as error:
        if _position_taken(error):
            raise HistoryMismatch(*_place(one)) from None
        raise


async def instead_of_bad_record(
    spec: ServiceSpec, call: CommandContext, name: UUID, one: ReceivedEvent
) -> None:
    """The effect of an event that was kept as `BadRecord` under `name` and can be read by now."""
    await call.session.execute(delete(inbox).where(inbox.c.event_id == name))
    fresh, _ = await _claim(call, [one])
    await carry_out(spec, call, fresh)
    await _advance(call, {one.source})
