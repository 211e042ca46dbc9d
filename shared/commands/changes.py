"""Changing aggregates: state, version, one event and one audit row each.

Nothing here waits for the database but `load` and `load_all`: the others collect in `call.writes`
what is sent when the command has ended.
"""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from shared.commands import audit, outbox, reads
from shared.commands.context import CommandContext
from shared.contracts.base import Event
from shared.db.model import Aggregate, new_id
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


async def load(call: CommandContext, model: type[A], id: UUID, **parts: reads.ChildRows) -> A:
    """The object that is to change, with these parts.

    404 outside the caller's regions, 428 without a version in the request, 412 with an old one.
    """
    row = await reads.find(call, model, id, parts=parts)
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


async def load_all(
    call: CommandContext, model: type[A], items: Sequence[Item], **parts: reads.ChildRows
) -> list[A]:
    """The objects of a bulk command, with these parts, in the order of `items`.

    All that is wrong is told at once: 422 for doubles, 404 for unknown ids, 412 for old versions.
    """
    seen: dict[UUID, int] = {}
    doubles = []
    for n, item in enumerate(items):
        if seen.setdefault(item.id, n) != n:
            doubles.append(Reason("repeated", "同一对象在清单中出现两次", f"/items/{n}/id"))
    if doubles:
        raise Refused("items-repeated", "清单中有重复的对象。", reasons=tuple(doubles))
    found = {row.id: row for row in await reads.by_ids(call, model, list(seen), parts)}
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


def within_reach(call: CommandContext, regions: Sequence[str], pointer: str = "/region") -> None:
    """Refuse regions outside the caller's reach (`Forbidden`), naming each of a list."""
    outside = [n for n, region in enumerate(regions) if not call.reach.contains(region)]
    if not outside:
        return
    reasons = tuple(
        Reason("region-outside", "不在您的辖区", f"/items/{n}{pointer}") for n in outside[:100]
    )
    raise Forbidden(
        "region-outside", "只能办理本辖区的业务。", reasons=reasons if len(regions) > 1 else ()
    )


def create(
    call: CommandContext,
    machine: Machine,
    row: Any,
    event: Event | None,
    *,
    action: str = "create",
    reason: str = "",
) -> None:
    """A new row of `record`, in its initial state. `Forbidden` outside the caller's regions."""
    create_all(call, machine, [row], [event], action=action, reason=reason)


def create_all(
    call: CommandContext,
    machine: Machine,
    rows: Sequence[Any],
    events: Sequence[Event | None],
    *,
    action: str = "create",
    reason: str = "",
) -> None:
    """As `create`, for many. `events[i]` tells of `rows[i]`."""
    within_reach(call, [row.region for row in rows])
    for row, event in zip(rows, events, strict=True):
        row.id = row.id or new_id()
        row.state = row.state or machine.initial
        row.version, row.updated_at = 1, call.now
        row.created_on = row.created_on or call.today
        call.writes.add(row)
        _tell(call, machine, row, event, action, None, reason)


def move(
    call: CommandContext,
    machine: Machine,
    row: Any,
    action: str,
    event: Event | None,
    *,
    reason: str = "",
) -> None:
    """Carry out one action of the life cycle. `Conflict` or `Forbidden` when it may not be."""
    _advance(call, machine, row, action, target_state(call, machine, row, action), event, reason)


def move_all(
    call: CommandContext,
    machine: Machine,
    rows: Sequence[Any],
    action: str | Sequence[str],
    events: Sequence[Event],
    *,
    reason: str | Sequence[str] = "",
) -> None:
    """As `move`, for many; all refusals at once.

    `action` and `reason` may be given once or per row.
    """
    actions = [action] * len(rows) if isinstance(action, str) else action
    reasons = [reason] * len(rows) if isinstance(reason, str) else reason
    targets = require_all(call, machine, rows, actions)
    for row, one, state, event, why in zip(rows, actions, targets, events, reasons, strict=True):
        _advance(call, machine, row, one, state, event, why)


def number(
    call: CommandContext,
    row: Any,
    column: str,
    series: str,
    *,
    year: int | None = None,
    digits: int = 7,
) -> None:
    """Give a row the next number of its region and year, such as "ZB-220102-2021-0000001".

    The database draws it as the change is written, also for the field of the same name in the
    row's event, which is empty until then. For every row that the command changes, or for none.
    The year is that of the day, unless another is given.
    """
    drawn = call.today.year if year is None else year
    call.writes.number(row, column, series, drawn, digits=digits, told=outbox.outbox)


def require_all(
    call: CommandContext, machine: Machine, rows: Sequence[Any], actions: str | Sequence[str]
) -> list[str]:
    """The states that the rows would come to; one refusal that names every row that may not.

    Commands ask before their rules look at the facts of rows in the wrong state.
    """
    every = [actions] * len(rows) if isinstance(actions, str) else actions
    targets: list[str] = []
    refusals: list[tuple[int, Problem]] = []
    for n, (row, action) in enumerate(zip(rows, every, strict=True)):
        try:
            targets.append(target_state(call, machine, row, action))
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


def target_state(call: CommandContext, machine: Machine, row: Any, action: str) -> str:
    """The state that an action of the caller leads to; `Conflict` or `Forbidden` when none."""
    if Role.SYSTEM in call.actor.roles:
        return machine.after(row.state, action)
    return machine.allow(row.state, action, call.actor.roles)


def _advance(
    call: CommandContext,
    machine: Machine,
    row: Any,
    action: str,
    state: str,
    event: Event | None,
    reason: str,
) -> None:
    before = row.state
    row.state, row.version, row.updated_at = state, row.version + 1, call.now
    call.writes.change(row)
    _tell(call, machine, row, event, action, before, reason)


def _tell(
    call: CommandContext,
    machine: Machine,
    row: Any,
    event: Event | None,
    action: str,
    before: str | None,
    reason: str,
) -> None:
    """The event (where there is one) and the audit row of a change that was made to `row`."""
    if event is not None:
        told = outbox.row(
            aggregate=machine.name,
            subject=row.id,
            version=row.version,
            region=row.region,
            event=event,
            trace=call.trace,
            now=call.now,
        )
        call.writes.insert(outbox.outbox, told)
    audit.note(
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
