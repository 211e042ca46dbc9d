"""Following projects and overdue cases: what their events say about deadlines."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from services.supervision.facts.indicators import day_of
from shared.commands.context import CommandContext
from shared.contracts import projects
from shared.contracts.base import Event
from shared.contracts.received_event import ReceivedEvent
from shared.domain.regions import unit_of
from shared.law.citing import cites

_FOLLOW = text(
    """
    INSERT INTO watched AS w (kind, object_id, unit, label, clause, due_on, done_on, listed_on,
                              barred_on, remaining)
    SELECT kind, object_id, unit, label, clause, due_on, done_on, listed_on, barred_on, remaining
    FROM jsonb_to_recordset(CAST(:seen AS jsonb)) AS s(
      kind text, object_id uuid, unit text, label text, clause text, due_on date, done_on date,
      listed_on date, barred_on date, remaining int)
    ORDER BY kind, object_id
    ON CONFLICT (kind, object_id) DO UPDATE SET
      label = coalesce(excluded.label, w.label),
      clause = coalesce(excluded.clause, w.clause),
      due_on = coalesce(excluded.due_on, w.due_on),
      done_on = coalesce(excluded.done_on, w.done_on),
      listed_on = coalesce(excluded.listed_on, w.listed_on),
      barred_on = coalesce(excluded.barred_on, w.barred_on),
      remaining = coalesce(excluded.remaining, w.remaining)
    """
)


FOLLOWED_EVENTS: tuple[type[Event], ...] = (
    projects.ProjectEnteredLibrary,
    projects.ProjectPlanned,
    projects.ProjectStarted,
    projects.ProjectProhibited,
    projects.OverdueCaseRegistered,
    projects.OverdueCaseJudged,
    projects.OverdueHouseholdsResettled,
    projects.OverdueCaseStruckOff,
)


_REOPEN = text(
    "UPDATE watched SET done_on = NULL WHERE kind = 'case' AND done_on IS NOT NULL"
    " AND object_id = ANY(CAST(:cases AS uuid[]))"
)
"""A case of which households were given back to the unit is open again."""


def _seen(event: Event) -> dict[str, Any] | None:
    """What one event says about a watched object; None when it says nothing."""
    match event:
        case projects.ProjectPlanned():
            return {
                "object_id": event.project_id,
                "label": event.project_no,
                "due_on": event.planned_start_on,
                "listed_on": event.on,
            }
        case projects.ProjectStarted():
            return {"object_id": event.project_id, "done_on": event.started_on}
        case projects.ProjectEnteredLibrary():
            return {"object_id": event.project_id, "listed_on": event.on}
        case projects.ProjectProhibited():
            return {"object_id": event.project_id, "barred_on": event.on}
        case projects.OverdueCaseRegistered():
            return {
                "object_id": event.case_id,
                "label": event.case_no,
                "clause": event.category,
                "due_on": event.due_on,
                "remaining": event.households,
            }
        case projects.OverdueCaseJudged():
            return {"object_id": event.case_id, "due_on": event.due_on}
        case projects.OverdueHouseholdsResettled():
            done = event.on if event.remaining == 0 else None
            return {"object_id": event.case_id, "remaining": event.remaining, "done_on": done}
        case projects.OverdueCaseStruckOff():
            return {"object_id": event.case_id, "done_on": event.on}
    return None


@cites("S6.3", "S9.3")
async def follow(call: CommandContext, received: Sequence[ReceivedEvent]) -> None:
    """Bring the watched objects up to these events; seeing an event again changes nothing."""
    merged: dict[tuple[str, str], dict[str, Any]] = {}
    given_back: set[str] = set()
    for one in received:
        seen = _seen(one.event)
        if seen is None:
            continue
        kind = "case" if hasattr(one.event, "case_id") else "project"
        key = (kind, str(seen["object_id"]))
        row = merged.setdefault(
            key,
            {
                "kind": kind,
                "object_id": key[1],
                "unit": unit_of(one.event.region, day_of(one.event)),
            },
        )
        row.update({k: str(v) for k, v in seen.items() if v is not None and k != "object_id"})
        if seen.get("done_on"):
            given_back.discard(key[1])
        elif isinstance(one.event, projects.OverdueHouseholdsResettled):
            row.pop("done_on", None)
            given_back.add(key[1])
    if merged:
        await call.session.execute(_FOLLOW, {"seen": json.dumps(list(merged.values()))})
    if given_back:
        await call.session.execute(_REOPEN, {"cases": sorted(given_back)})


async def forget(call: CommandContext, source: str, kept: int) -> None:
    """Watch nothing of this source any more: all its events come again and say what to watch."""
    if source in {kind.service for kind in FOLLOWED_EVENTS}:
        await call.session.execute(text("DELETE FROM watched"))
