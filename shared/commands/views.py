"""Aggregates as answers show them: the fields that all have, and the answer of bulk commands."""

from collections.abc import Sequence
from typing import Any

from shared.commands.context import CommandContext
from shared.db.model import Aggregate
from shared.domain.fields import MovedList
from shared.domain.lifecycle import Machine


def head(call: CommandContext, machine: Machine, row: Aggregate) -> dict[str, Any]:
    """The fields of `AggregateOut` for a row, as keyword arguments."""
    return {
        "id": row.id,
        "region": row.region,
        "state": row.state,
        "state_label": machine.labels[row.state],
        "version": row.version,
        "actions": machine.actions(row.state, call.actor.roles),
    }


def moved_list(rows: Sequence[Aggregate]) -> MovedList:
    """The answer of a bulk command."""
    return MovedList.model_validate({"items": rows})
