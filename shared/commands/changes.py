"""Changing aggregates: state, version, one event and one audit row each, in one transaction."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import DeclarativeBase

from shared.commands import audit, outbox, reads
from shared.commands.context import Call
from shared.contracts.base import Event
from shared.db import bulk
from shared.db.model import Aggregate, among, new_id
from shared.db.numbering import next_numbers, number_text
from shared.db.scope import within
from shared.domain.fields import Item
from shared.domain.lifecycle import Machine
from shared.domain.problems import (
    Forbidden,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    Problem,
    Reason,
    Refused,
)
from shared.domain.roles import Role

A = TypeVar("A", bound=Aggregate)


async def create_all(
    call: Call,
    machine: Machine,
    rows: Sequence[Aggregate],
    events: Sequence[Event],
    *,
    action: str = "create",
) -> None:
    """Add new rows in their initial state. `events[i]` tells of `rows[i]`.

    Raises `Forbidden` for a region outside the caller's reach.
    """
    outside = [n for n, row in enumerate(rows) if not call.actor.reach.contains(row.region)]
    if outside:
        raise Forbidden(
            "region-outside",
            "只能办理本辖区的业务。",
            reasons=tuple(
                Reason("region-outside", "不在您的辖区", f"/items/{n}/region")
                for n in outside[:100]
            )
            if len(rows) > 1
            else (),
        )
    for row in rows:
        begin(call, machine, row)
    call.session.add_all(rows)
    await call.session.flush()
    await _record(call, machine, rows, events, action, [None] * len(rows), "")


async def number_texts(
    call: Call, prefix: str, regions: Sequence[str], *, digits: int = 7
) -> list[str]:
    """The next number of this year for each row of a bulk command, as `number_text` prints it."""
    year = call.today.year
    if call.bundle is not None:
        call.bundle.take_numbers(prefix, year, regions, digits)
        return [number_text(prefix, region, year, None) for region in regions]
    taken = await next_numbers(call.session, prefix, Counter(regions), year)
    left = {region: iter(numbers) for region, numbers in taken.items()}
    return [number_text(prefix, r, year, next(left[r]), digits=digits) for r in regions]


async def read(call: Call, statement: Select[*tuple[Any, ...]]) -> list[Any]:
    """The rows of one entity, or of several columns, beside those that a bulk command changes."""
    if call.bundle is not None:
        return await reads.rows(call, statement)
    found = await call.session.execute(statement)
    return list(found.scalars() if len(statement.column_descriptions) == 1 else found)


def add_all(call: Call, rows: Sequence[DeclarativeBase]) -> None:
    """Add rows that belong to what a bulk command changes; all of one table, given once."""
    if call.bundle is None:
        call.session.add_all(rows)
    elif rows:
        call.bundle.add_all(rows)


def begin(call: Call, machine: Machine, row: Aggregate) -> None:
    """Give a new row what every aggregate begins with."""
    row.id = row.id or new_id()
    row.state = row.state or machine.initial
    row.version = 1
    row.created_on = row.created_on or call.today
    row.updated_at = call.now


async def create(call: Call, machine: Machine, row: Aggregate, event: Event) -> None:
    """As `create_all`, for one row."""
    await create_all(call, machine, [row], [event])


async def lock(call: Call, model: type[A], id: UUID) -> A:
    """The row for update. 404 outside the reach, 428 without and 412 with an old version."""
    statement = (
        within(select(model), call, model.region)
        .where(model.id == id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    row = (await call.session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise NotFound("not-found", "没有找到这个对象，或者它不在您的辖区。")
    if call.expected is None:
        raise PreconditionRequired(
            "version-required", "请用 If-Match 请求头写明看到的版本号（见 ETag）。"
        )
    if call.expected != row.version:
        raise PreconditionFailed(
            "version-stale",
            f"数据已被他人修改：您看到的是第 {call.expected} 版，"
            f"现在是第 {row.version} 版。请刷新后重办。",
            version=row.version,
        )
    return row


async def lock_all(call: Call, model: type[A], items: Sequence[Item]) -> list[A]:
    """The rows of a bulk command for update, in the order of `items`.

    All that is wrong is told at once: 422 for doubles, 404 for unknown ids, 412 for old versions.
    """
    if call.bundle is not None:
        return await call.bundle.lock_all(model, [(item.id, item.version) for item in items])
    seen: dict[UUID, int] = {}
    doubles = []
    for n, item in enumerate(items):
        if seen.setdefault(item.id, n) != n:
            doubles.append(Reason("repeated", "同一对象在清单中出现两次", f"/items/{n}/id"))
    if doubles:
        raise Refused("items-repeated", "清单中有重复的对象。", reasons=tuple(doubles))
    statement = (
        within(select(model), call, model.region)
        .where(among(model.id, list(seen)))
        .order_by(model.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {row.id: row for row in (await call.session.execute(statement)).scalars()}
    missing = [
        Reason("not-found", "没有找到，或者不在您的辖区", f"/items/{n}/id")
        for n, item in enumerate(items)
        if item.id not in found
    ]
    stale = [
        Reason("version-stale", f"现在是第 {found[item.id].version} 版", f"/items/{n}/version")
        for n, item in enumerate(items)
        if item.id in found and found[item.id].version != item.version
    ]
    if missing:
        detail = f"清单中有 {len(missing)} 个对象没有找到。"
        raise NotFound("not-found", detail, reasons=(*missing, *stale))
    if stale:
        detail = f"清单中有 {len(stale)} 个对象已被他人修改，请刷新后重办。"
        raise PreconditionFailed("version-stale", detail, reasons=tuple(stale))
    return [found[item.id] for item in items]


async def move(
    call: Call, machine: Machine, row: Aggregate, action: str, event: Event, *, reason: str = ""
) -> None:
    """Carry out one action of the life cycle. `Conflict` or `Forbidden` when it may not be."""
    before = row.state
    advance(call, row, target(call, machine, row, action))
    await call.session.flush()
    await _record(call, machine, [row], [event], action, [before], reason)


def advance(call: Call, row: Aggregate, state: str) -> None:
    """The row in its next state, one version on."""
    row.state = state
    row.version += 1
    row.updated_at = call.now


async def move_all(
    call: Call,
    machine: Machine,
    rows: Sequence[Aggregate],
    action: str | Sequence[str],
    events: Sequence[Event],
    *,
    reason: str | Sequence[str] = "",
) -> None:
    """As `move`, for many rows in a few statements; all refusals at once, nothing changed then.

    `action` and `reason` may be given once or per row.
    """
    actions = [action] * len(rows) if isinstance(action, str) else list(action)
    targets = require_all(call, machine, rows, actions)
    before: list[str | None] = [row.state for row in rows]
    for row, state in zip(rows, targets, strict=True):
        advance(call, row, state)
    if call.bundle is not None:
        call.bundle.update(rows)
    else:
        if rows:
            await bulk.update(call.session, rows)
        await call.session.flush()
    await _record(call, machine, rows, events, actions, before, reason)


def require_all(
    call: Call, machine: Machine, rows: Sequence[Aggregate], actions: str | Sequence[str]
) -> list[str]:
    """The states that the rows would come to; one refusal that names every row that may not.

    Commands ask before their rules look at the facts of rows in the wrong state.
    """
    every = [actions] * len(rows) if isinstance(actions, str) else actions
    targets: list[str] = []
    refusals: list[tuple[int, Problem]] = []
    for n, (row, action) in enumerate(zip(rows, every, strict=True)):
        try:
            targets.append(target(call, machine, row, action))
        except Problem as problem:
            refusals.append((n, problem))
    if refusals:
        first = refusals[0][1]
        raise type(first)(
            first.code,
            first.detail if len(rows) == 1 else f"清单中有 {len(refusals)} 个对象不能办理。",
            clause=first.clause,
            reasons=tuple(
                Reason(p.code, p.detail, f"/items/{n}", p.clause) for n, p in refusals[:1000]
            ),
        )
    return targets


def target(call: Call, machine: Machine, row: Aggregate, action: str) -> str:
    """The state that an action of the caller leads to; `Conflict` or `Forbidden` when none."""
    if Role.SYSTEM in call.actor.roles:
        return machine.after(row.state, action)
    return machine.allow(row.state, action, call.actor.roles)


async def _record(
    call: Call,
    machine: Machine,
    rows: Sequence[Aggregate],
    events: Sequence[Event],
    action: str | Sequence[str],
    before: Sequence[str | None],
    reason: str | Sequence[str],
) -> None:
    count = len(rows)
    actions = [action] * count if isinstance(action, str) else action
    reasons = [reason] * count if isinstance(reason, str) else reason
    trail = [
        trace(call, machine, row, one, earlier, why)
        for row, one, earlier, why in zip(rows, actions, before, reasons, strict=True)
    ]
    notes = [note(call, machine, row, event) for row, event in zip(rows, events, strict=True)]
    if call.bundle is not None:
        call.bundle.insert(outbox.outbox, notes)
        call.bundle.insert(audit.audit_log, trail)
    elif rows:
        await outbox.emit_all(call.session, notes)
        await audit.write_all(call, trail)


def trace(
    call: Call, machine: Machine, row: Aggregate, action: str, before: str | None, reason: str
) -> dict[str, Any]:
    """The audit row of one change that was made to `row`."""
    return audit.entry(
        call,
        action=action,
        object_type=machine.name,
        object_id=row.id,
        region=row.region,
        version=row.version,
        before=before,
        after=row.state,
        reason=reason,
    )


def note(call: Call, machine: Machine, row: Aggregate, event: Event) -> dict[str, Any]:
    """The outbox row of one change that was made to `row`."""
    return outbox.row(
        aggregate=machine.name,
        subject=row.id,
        version=row.version,
        region=row.region,
        event=event,
        trace=call.trace,
        now=call.now,
    )
